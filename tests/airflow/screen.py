"""What a steward and the delegate do on Airflow's pages, in Chromium; each step is a picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.airflow.services import Services

SIZE = {"width": 1280, "height": 860}
MILLISECONDS = 240_000.0


class Screen:
    """Two persons before their screens.

    Attributes:
        taken: the names of the pictures, in order.
    """

    def __init__(self, browser: Any, services: Services, pictures: Path) -> None:
        self._browser = browser
        self._services = services
        self._pictures = pictures
        self.taken: list[str] = []
        pictures.mkdir(parents=True, exist_ok=True)

    def trigger_ingest(self, dataset: str, *, file: str, period: str) -> str:
        """Start a run with a file and a period, see that it runs, and return its name."""
        dag = f"ingest_{dataset}"
        with self._signed_in("steward") as page:
            page.goto(f"{self._services.url}/dags/{dag}")
            page.get_by_role("button", name="Trigger").first.click()
            page.locator("#element_file").fill(file)
            page.locator("#element_period").fill(period)
            self._picture(page, "airflow-trigger")
            page.locator("#element_period").press("Tab")
            page.get_by_role("dialog").get_by_role("button", name="Trigger").last.click()
            runs = self._services.wait(lambda: self._runs(dag), "the run started on screen")
            page.goto(f"{self._services.url}/dags/{dag}/runs/{runs[0]}")
            page.get_by_text("find").first.wait_for()
            self._picture(page, "airflow-run")
        return str(runs[0])

    def approve(self, run: str) -> None:
        """Read the question of a run of `publish`, and approve."""
        path = f"/dags/publish/runs/{run}/tasks/approval/required_actions"
        with self._signed_in("delegate") as page:
            page.goto(self._services.url + path)
            button = page.get_by_role("button", name="Approve")
            button.wait_for()
            self._picture(page, "airflow-approval")
            button.click()
            # It can be pressed once.
            page.locator("[data-testid=hitl-option-Approve][disabled]").wait_for()

    @contextmanager
    def _signed_in(self, user: str) -> Iterator[Any]:
        context = self._browser.new_context(viewport=SIZE)
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS)
        page.goto(self._services.url)
        page.locator("input[name=username]").fill(user)
        page.locator("input[name=password]").fill(self._services.password(user))
        page.locator("input[name=password]").press("Enter")
        page.get_by_text("Dags").first.wait_for()
        try:
            yield page
        except BaseException:
            page.screenshot(path=self._pictures / "failed.png")
            raise
        finally:
            context.close()

    def _picture(self, page: Any, name: str) -> None:
        # What moves on the page would make another picture each time.
        page.wait_for_timeout(1500)
        page.screenshot(path=self._pictures / f"{name}.png", animations="disabled")
        self.taken.append(name)

    def _runs(self, dag: str) -> list[str]:
        runs = self._services.ask("steward", "GET", f"/dags/{dag}/dagRuns")[1]["dag_runs"]
        return [str(run["dag_run_id"]) for run in runs]
