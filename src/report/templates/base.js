(function () {
  "use strict";
  var all = function (query, within) { return Array.prototype.slice.call((within || document).querySelectorAll(query)); };
  var form = document.querySelector("form.filter");
  var marks = function () {
    var found = {};
    location.hash.slice(1).split("&").forEach(function (pair) {
      var at = pair.indexOf("=");
      if (at > 0) try { found[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1)); } catch (e) { found = {}; }
    });
    return found;
  };
  var remember = function (values) {
    var text = Object.keys(values).filter(function (k) { return values[k]; })
      .map(function (k) { return k + "=" + encodeURIComponent(values[k]); }).join("&");
    try { history.replaceState(null, "", "#" + text); } catch (e) { location.replace("#" + text); }
  };
  var say = function (shown, total) {
    var out = form.querySelector("output");
    out.textContent = (shown === total ? out.dataset.all : out.dataset.some).replace("{n}", shown).replace("{total}", total);
  };
  var values = function () {
    var found = {};
    all("select,input", form).forEach(function (c) { found[c.name] = c.value; });
    return found;
  };
  var take = function (wanted) { all("select,input", form).forEach(function (c) { c.value = wanted[c.name] || ""; if (c.selectedIndex < 0) c.selectedIndex = 0; }); };

  // A page of one subject: items by state, category, department, member and words.
  function board() {
    var items = all("[data-s]"), tiles = all("[data-tile]"), texts = items.map(function (i) { return i.textContent.toLowerCase(); });
    var has = function (list, place) { return (" " + list + " ").indexOf(" " + place + " ") >= 0; };
    var place = function (name) {
      var select = form.elements[name];
      return select && select.value && select.selectedIndex > 0 ? select.options[select.selectedIndex].dataset.i : null;
    };
    var aim = function (hash) { try { return document.getElementById(decodeURIComponent(hash.slice(1))); } catch (e) { return null; } };
    var apply = function () {
      var state = form.elements.state.value, category = place("category"), department = place("department"), member = place("member");
      var words = form.elements.words.value.trim().toLowerCase(), count = 0, narrowed = state || category || department || member || words;
      items.forEach(function (item, at) {
        var d = item.dataset;
        var fits = (!state || d.s === state) && (category === null || d.c === category) && (department === null || has(d.d, department)) &&
          (member === null || has(d.m, member)) && (!words || texts[at].indexOf(words) >= 0);
        item.hidden = !fits;
        if (fits) count += 1;
      });
      all("[data-group]").forEach(function (group) { group.hidden = Boolean(narrowed) && !group.querySelector("[data-s]:not([hidden])"); });
      tiles.forEach(function (tile) {
        var target = aim(tile.hash);
        tile.hidden = Boolean(target) && (target.hidden || Boolean(target.closest("[data-group][hidden]")));
      });
      all("[data-tiles]").forEach(function (group) { group.hidden = !group.querySelector("[data-tile]:not([hidden])"); });
      say(count, items.length);
    };
    var go = function () {
      if (location.hash.indexOf("=") > 0) { take(marks()); apply(); return; }
      var target = aim(location.hash);
      if (!target) return;
      if (target.closest("[hidden]")) { take({}); apply(); }
      for (var at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
      target.scrollIntoView();
    };
    form.addEventListener("input", function () { apply(); remember(values()); });
    form.addEventListener("reset", function () { setTimeout(function () { apply(); remember({}); }, 0); });
    form.querySelector("[data-open]").addEventListener("click", function () {
      var shown = items.filter(function (i) { return !i.hidden; }), open = !shown.every(function (i) { return i.open; });
      shown.forEach(function (i) { i.open = open; });
    });
    addEventListener("hashchange", go);
    apply();
    go();
  }

  // A page of many subjects: a table that can be searched, narrowed down and sorted.
  function index(table) {
    var body = table.tBodies[0], rows = all("tr", body), texts = rows.map(function (r) { return r.textContent.toLowerCase(); });
    var heads = all("th button", table), order = null;
    var apply = function () {
      var state = form.elements.state.value, group = form.elements.group ? form.elements.group.value : "";
      var words = form.elements.words.value.trim().toLowerCase().split(/\s+/), count = 0;
      rows.forEach(function (row, at) {
        var fits = (!state || row.dataset.v === state) && (!group || row.dataset.g === group) &&
          words.every(function (w) { return texts[at].indexOf(w) >= 0; });
        row.hidden = !fits;
        if (fits) count += 1;
      });
      say(count, rows.length);
    };
    var sort = function (key) {
      var found = /^(-?)(\d+)$/.exec(key || "");
      order = found ? key : null;
      var column = found ? Number(found[2]) : -1, sign = found && found[1] ? -1 : 1;
      var value = function (row) { var cell = row.cells[column]; return cell.dataset.k === undefined ? cell.textContent : cell.dataset.k; };
      var sorted = rows.slice();
      if (found) sorted.sort(function (a, b) {
        var x = value(a), y = value(b), n = Number(x) - Number(y);
        return sign * (x !== "" && y !== "" && !isNaN(n) ? n : x.localeCompare(y, "zh"));
      });
      sorted.forEach(function (row) { body.appendChild(row); });
      heads.forEach(function (b) {
        var own = Number(b.dataset.column) === column;
        b.closest("th").setAttribute("aria-sort", own ? (sign < 0 ? "descending" : "ascending") : "none");
      });
    };
    var keep = function () { var now = values(); now.sort = order; remember(now); };
    heads.forEach(function (b) {
      b.disabled = false;
      b.addEventListener("click", function () { sort(order === b.dataset.column ? "-" + b.dataset.column : b.dataset.column); keep(); });
    });
    var go = function () { var wanted = marks(); take(wanted); sort(wanted.sort); apply(); };
    form.addEventListener("input", function () { apply(); keep(); });
    form.addEventListener("reset", function () { setTimeout(function () { sort(null); apply(); remember({}); }, 0); });
    addEventListener("hashchange", go);
    go();
  }

  if (!form) return;
  form.hidden = false;
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  var table = document.querySelector("table.sortable");
  if (table) index(table); else board();
})();
