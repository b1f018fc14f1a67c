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
    "approval.question": {
        "en": (
            "**{candidate}**, content `{content}`: {observations} figures, {hidden} of them hidden. Verdict of the adversary: **{verdict}** ({findings} finding(s))",
            "Read the disclosure report first: {report}. Approve publishes it; Reject sends it back, for the reason that you choose. Newer rows or rules supersede it. `cartable approve {candidate} --by NAME` and `cartable reject` do the same",
        ),
        "fr": (
            "**{candidate}**, contenu `{content}` : {observations} chiffres, dont {hidden} masqués. Verdict de l'adversaire : **{verdict}** ({findings} constat(s))",
            "Lire d'abord le rapport de divulgation : {report}. Approve le publie ; Reject le renvoie, pour le motif choisi. Des lignes ou règles plus récentes le remplacent. `cartable approve {candidate} --by NOM` et `cartable reject` font de même",
        ),
    },
    "approval.rejected": {
        "en": (
            "The candidate {candidate} was sent back; nothing was published",
            "Correct the deliveries or the rules; where sending it back was the mistake, run `cartable prepare`, and let the delegate approve anew",
        ),
        "fr": (
            "Le candidat {candidate} a été renvoyé ; rien n'a été publié",
            "Corriger les livraisons ou les règles ; si le renvoi était l'erreur, lancer `cartable prepare`, et faire approuver de nouveau",
        ),
    },
    "approval.released": {
        "en": (
            "The candidate {candidate} was published: it cannot be sent back any more",
            "Run `cartable withdraw RELEASE --by ROLE` to take the release off",
        ),
        "fr": (
            "Le candidat {candidate} a été publié : il ne peut plus être renvoyé",
            "Lancer `cartable withdraw PUBLICATION --by RÔLE` pour retirer la publication",
        ),
    },
    "approval.no_reason": {
        "en": (
            "A candidate is sent back for one of these reasons: {known}; nothing was written",
            "Give one of them",
        ),
        "fr": (
            "Un candidat est renvoyé pour l'un de ces motifs : {known} ; rien n'a été écrit",
            "Donner l'un d'eux",
        ),
    },
    "approval.objected": {
        "en": (
            "The data protection officer objects to the candidate {candidate}; nothing was published",
            "Read the opinion in `cartable audit disclosure`, and mend what it says; only another opinion of the officer lifts it",
        ),
        "fr": (
            "Le délégué à la protection des données s'oppose au candidat {candidate} ; rien n'a été publié",
            "Lire l'avis dans `cartable audit disclosure`, et corriger ce qu'il dit ; seul un autre avis du délégué à la protection des données le lève",
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
