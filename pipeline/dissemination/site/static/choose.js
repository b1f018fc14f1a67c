"use strict";
// To the reader's language; whoever reads another finds the way on every page.
location.replace(((navigator.language || "en").startsWith("fr") ? "fr" : "en") + "/index.html");
