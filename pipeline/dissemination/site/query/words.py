"""The words of the query page, and how it says why a query was refused."""

from __future__ import annotations

from pipeline.contracts import Label

PAGE: dict[str, Label] = {
    "title": Label(en="Ask your own question", fr="Poser sa propre question"),
    "lead": Label(
        en="The published database, in this page: the query runs on your own device, and nothing "
        "you ask leaves it.",
        fr="La base publiée, dans cette page : la requête tourne sur votre appareil, et rien de ce "
        "que vous demandez n'en sort.",
    ),
    "care": Label(
        en="A hidden figure is empty and bears the status C; a sum leaves it out. Ask for "
        "obs_status and conf_status beside obs_value to read why a figure is empty.",
        fr="Un chiffre masqué est vide et porte le statut C ; une somme ne le compte pas. Demandez "
        "obs_status et conf_status à côté d'obs_value pour lire pourquoi un chiffre est vide.",
    ),
    "skip": Label(en="Skip to the query", fr="Aller à la requête"),
    "home": Label(en="Figures and maps", fr="Chiffres et cartes"),
    "other": Label(en="Français", fr="English"),
    "query": Label(en="Query (SQL)", fr="Requête (SQL)"),
    "keys": Label(
        en="Ctrl + Enter runs it. Tab leaves the field.",
        fr="Ctrl + Entrée l'exécute. Tabulation quitte le champ.",
    ),
    "run": Label(en="Run", fr="Exécuter"),
    "stop": Label(en="Stop", fr="Arrêter"),
    "share": Label(en="Copy a link to this query", fr="Copier un lien vers cette requête"),
    "download": Label(en="Download as CSV", fr="Télécharger en CSV"),
    "examples": Label(en="Questions to begin with", fr="Des questions pour commencer"),
    "tables": Label(en="Tables and columns", fr="Tables et colonnes"),
    "tables.note": Label(
        en="A name that you press goes into the query.",
        fr="Un nom que vous pressez va dans la requête.",
    ),
    "macros": Label(en="Questions that have a name", fr="Des questions qui ont un nom"),
    "macros.note": Label(
        en="Such as: from compare('…', '…'), with the codes of two territories.",
        fr="Comme : from compare('…', '…'), avec les codes de deux territoires.",
    ),
    "answer": Label(en="Answer", fr="Réponse"),
    "needs_server": Label(
        en="This page needs JavaScript, and a web server: opened as a file it cannot start.",
        fr="Cette page a besoin de JavaScript et d'un serveur web : ouverte comme fichier, elle ne "
        "démarre pas.",
    ),
    "engine": Label(
        en="The first query loads the engine, {size} MB.",
        fr="La première requête charge le moteur, {size} Mo.",
    ),
    "synthetic": Label(en="Synthetic data", fr="Données synthétiques"),
}

SCRIPT: dict[str, Label] = {
    "ready": Label(en="Ready.", fr="Prêt."),
    "starting": Label(en="Starting the engine…", fr="Démarrage du moteur…"),
    "running": Label(en="Running…", fr="Exécution…"),
    "example": Label(
        en="The question is in the field: run it, or change it first.",
        fr="La question est dans le champ : exécutez-la, ou modifiez-la d'abord.",
    ),
    "from_link": Label(
        en="A link brought this query. Read it, then run it.",
        fr="Un lien a apporté cette requête. Lisez-la, puis exécutez-la.",
    ),
    "done": Label(en="Rows: {count}, in {ms} ms.", fr="Lignes : {count}, en {ms} ms."),
    "none": Label(
        en="No row, in {ms} ms. A code that is not known has none: indicators, territories and "
        "dimensions hold them all, with their capitals.",
        fr="Aucune ligne, en {ms} ms. Un code inconnu n'en a pas : indicators, territories et "
        "dimensions les tiennent tous, avec leurs capitales.",
    ),
    "truncated": Label(
        en="The first {count} rows, in {ms} ms. There are more: the download has them.",
        fr="Les {count} premières lignes, en {ms} ms. Il y en a plus : le téléchargement les a.",
    ),
    "saved": Label(en="Rows in the file: {count}.", fr="Lignes dans le fichier : {count}."),
    "saved_in_part": Label(
        en="The file holds the first {count} rows; there are more.",
        fr="Le fichier contient les {count} premières lignes ; il y en a d'autres.",
    ),
    "shared": Label(en="The link is copied.", fr="Le lien est copié."),
    "shared_in_address": Label(
        en="The link is in the address bar.", fr="Le lien est dans la barre d'adresse."
    ),
    "too_long_to_share": Label(
        en="This query is too long for a link.", fr="Cette requête est trop longue pour un lien."
    ),
    "hidden": Label(en="hidden", fr="masqué"),
    "missing": Label(en="not delivered", fr="non transmis"),
    "impossible": Label(en="not applicable", fr="sans objet"),
    "empty": Label(en="empty", fr="vide"),
}

REFUSALS: dict[str, Label] = {
    "not_a_query": Label(
        en="Only questions are answered: start with select, with, from, describe, summarize or "
        "show.",
        fr="Seules les questions ont une réponse : commencez par select, with, from, describe, "
        "summarize ou show.",
    ),
    "not_one": Label(
        en="One query at a time: take out what stands after the first semicolon.",
        fr="Une requête à la fois : retirez ce qui suit le premier point-virgule.",
    ),
    "not_understood": Label(en="Not understood:", fr="Non compris :"),
    "unknown_name": Label(
        en="A name or its use is not known here:", fr="Un nom, ou son usage, n'est pas connu ici :"
    ),
    "not_allowed": Label(
        en="Reading files or addresses, extensions and settings are closed here. Only the "
        "release's own tables can be asked.",
        fr="Lire des fichiers ou des adresses, les extensions et les réglages sont fermés ici. "
        "Seules les tables de la version peuvent être interrogées.",
    ),
    "too_long": Label(
        en="Stopped after {seconds} seconds: ask for less, such as one indicator or one level.",
        fr="Arrêtée après {seconds} secondes : demandez moins, par exemple un indicateur ou un "
        "niveau.",
    ),
    "too_large": Label(
        en="The query takes more memory than this page may use: ask for less.",
        fr="La requête demande plus de mémoire que cette page ne peut en prendre : demandez moins.",
    ),
    "stopped": Label(en="Stopped.", fr="Arrêtée."),
    "not_loaded": Label(
        en="The engine or the database could not be loaded, or is not what this page names. Both "
        "lie beside the site: the folders of the release and `engine` must be served with it.",
        fr="Le moteur ou la base n'a pas pu être chargé, ou n'est pas ce que cette page nomme. "
        "Tous deux sont à côté du site : les dossiers de la version et `engine` doivent être "
        "servis avec lui.",
    ),
    "not_started": Label(
        en="This browser cannot start the engine. The same queries work in DuckDB on the file "
        "published.duckdb.",
        fr="Ce navigateur ne peut pas démarrer le moteur. Les mêmes requêtes marchent dans DuckDB "
        "sur le fichier published.duckdb.",
    ),
    "failed": Label(en="The query failed:", fr="La requête a échoué :"),
}
