/* Checks a ledger in the reader's own browser: fetches its JSON and counts every fingerprint again. Browsers offer
   SubtleCrypto over https and on this machine only; elsewhere the button stays hidden and the page says how to do without. */
(function () {
  "use strict";
  var place = document.querySelector("[data-ledger]");
  if (!place || !window.crypto || !window.crypto.subtle || !window.fetch || !window.TextEncoder) {
    return;
  }
  place.hidden = false;

  function canonical(value) {
    if (Array.isArray(value)) {
      return "[" + value.map(canonical).join(",") + "]";
    }
    if (value && typeof value === "object") {
      return "{" + Object.keys(value).sort().map(function (key) {
        return JSON.stringify(key) + ":" + canonical(value[key]);
      }).join(",") + "}";
    }
    return JSON.stringify(value);
  }

  function sha256(text) {
    return window.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)).then(function (digest) {
      return Array.prototype.map.call(new Uint8Array(digest), function (byte) {
        return ("0" + byte.toString(16)).slice(-2);
      }).join("");
    });
  }

  /* Resolves to 0, or to the position of the first entry that does not hold. */
  function check(ledger) {
    var previous = new Array(65).join("0");
    return ledger.entries.reduce(function (before, row, index) {
      return before.then(function (bad) {
        var entry = row.entry;
        if (bad || entry.position !== index + 1 || entry.previous !== previous || entry.chain !== ledger.chain) {
          return bad || index + 1;
        }
        return sha256(canonical(entry)).then(function (digest) {
          previous = digest;
          return digest === row.hash ? 0 : index + 1;
        });
      });
    }, Promise.resolve(0)).then(function (bad) {
      // The page may be older than the ledger: then its head is one of the hashes on the way.
      var there = ledger.entries.some(function (row) { return row.hash === place.getAttribute("data-head"); });
      return bad || (previous === ledger.head && ledger.entries.length === ledger.length && there ? 0 : ledger.length);
    });
  }

  function say(words, number) {
    place.textContent = place.getAttribute("data-" + words).replace("#", number);
    place.className = words === "good" ? "note note--good" : "note note--act";
    place.setAttribute("role", "status");
  }

  place.querySelector("button").addEventListener("click", function () {
    this.disabled = true;
    fetch(place.getAttribute("data-ledger"))
      .then(function (answer) { return answer.json(); })
      .then(function (ledger) {
        return check(ledger).then(function (bad) { say(bad ? "bad" : "good", bad || ledger.entries.length); });
      })
      .catch(function () { say("failed", 0); });
  });
})();
