"""What is said of approvals of candidates."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

APPROVAL: Catalogue = {
    "approval.missing": {
        "en": (
            "The candidate {candidate} is not approved; nothing was published",
            "Let the delegate run `cartable approve {candidate} --by ROLE`",
        ),
        "fr": (
            "Le candidat {candidate} n'est pas approuvé ; rien n'a été publié",
            "Le délégataire lance `cartable approve {candidate} --by RÔLE`",
        ),
    },
    "approval.unknown_candidate": {
        "en": (
            "There is no candidate named {candidate}",
            "See `cartable status`, or run `cartable prepare`",
        ),
        "fr": (
            "Aucun candidat nommé {candidate}",
            "Voir `cartable status`, ou lancer `cartable prepare`",
        ),
    },
    "approval.superseded": {
        "en": (
            "Newer rows or rules superseded the candidate {candidate}; nothing was published",
            "Run `cartable prepare` and have the new candidate approved",
        ),
        "fr": (
            "Des lignes ou règles plus récentes ont remplacé le candidat {candidate} ; rien n'a été publié",
            "Lancer `cartable prepare` et faire approuver le nouveau candidat",
        ),
    },
    "approval.before_opinion": {
        "en": (
            "The candidate {candidate} was approved before the officer's last opinion on it; nothing was published",
            "Let the delegate read the opinion in `cartable audit disclosure`, then run `cartable approve {candidate} --by ROLE`",
        ),
        "fr": (
            "Le candidat {candidate} a été approuvé avant le dernier avis du délégué à la protection des données ; rien n'a été publié",
            "Le délégataire lit l'avis dans `cartable audit disclosure`, puis lance `cartable approve {candidate} --by RÔLE`",
        ),
    },
    "approval.declined": {
        "en": (
            "The candidate {candidate} was not approved; nothing was published and the release in force stays",
            "Look at it again with `cartable status`; to approve it, run `cartable publish` or `cartable approve {candidate} --by ROLE`",
        ),
        "fr": (
            "Le candidat {candidate} n'a pas été approuvé ; rien n'a été publié et la publication en vigueur reste",
            "Le revoir avec `cartable status` ; pour l'approuver, lancer `cartable publish` ou `cartable approve {candidate} --by RÔLE`",
        ),
    },
    "approval.nobody": {
        "en": (
            "CARTABLE_APPROVERS names no account, so that nobody could approve a release",
            "Name the account of the controller's delegate, or unset it: the default is `delegate`",
        ),
        "fr": (
            "CARTABLE_APPROVERS ne nomme aucun compte : personne ne pourrait approuver une publication",
            "Nommer le compte du délégataire, ou la retirer : la valeur par défaut est `delegate`",
        ),
    },
    "approval.withdrawn": {
        "en": (
            "{release} was withdrawn",
            "Run `cartable prepare`: it makes a candidate that can be approved anew",
        ),
        "fr": (
            "{release} a été retirée",
            "Lancer `cartable prepare` : un candidat sera fait, à approuver de nouveau",
        ),
    },
}
