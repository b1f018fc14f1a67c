"use strict";
// Before anything is drawn: the colours last chosen, else those of the reader.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  // A browser reads no data for a page that was opened from a disk: the page says what to do.
  if (location.protocol === "file:") root.classList.add("from-disk");
  try {
    const theme = localStorage.getItem("cartable-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch { /* the reader's own colours */ }
})();
