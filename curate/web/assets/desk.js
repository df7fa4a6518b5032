// Keys and updates in place, over pages that work without this. A form is sent as it stands, and the
// page that comes back takes the place of the one that is shown; a key presses the button that names
// it in data-key. What is marked data-item can be walked through with j and k.
'use strict';
(() => {
  const main = () => document.getElementById('main');
  const items = () => [...main().querySelectorAll('[data-item]')];
  const ticked = () => main().querySelector('[name=ref]:checked');
  let now = { id: '', at: 0 }; // the current item, and where it stood

  const current = () => {
    const all = items();
    return all.find(x => x.id && x.id === now.id) || all[Math.min(now.at, all.length - 1)];
  };
  function mark(item, focus) {
    for (const x of items()) x.classList.toggle('now', x === item);
    if (!item) return;
    now = { id: item.id, at: items().indexOf(item) };
    if (focus) {
      item.focus({ preventScroll: true });
      item.scrollIntoView({ block: 'nearest' });
    }
  }
  function move(by) {
    const all = items();
    const at = all.indexOf(current());
    const started = main().querySelector('.now');
    mark(all[Math.max(0, Math.min(all.length - 1, started ? at + by : at))], true);
  }
  const tell = text => { document.getElementById('tell').textContent = text; };

  // Requests go one after the other, so that quick keys arrive in the order of pressing.
  let queue = Promise.resolve(), waiting = 0;
  function send(url, options) {
    waiting++;
    queue = queue.then(() => fetch(url, options)).then(async answer => {
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      waiting--;
      if (options ? !waiting || !answer.ok : !busy()) show(page, answer, options); // a look at what others did can wait
    }).catch(() => {
      waiting = Math.max(0, waiting - 1);
      tell('');
      lost('wiredesk does not answer. What you did last was not stored; is wiredesk serve still running?');
    });
    return queue;
  }
  function lost(why) { // what was sent is still being written
    for (const x of main().querySelectorAll('[data-sent]')) delete x.dataset.sent;
    complain(why);
  }
  function complain(text) {
    main().querySelector('.alert')?.remove();
    const p = document.createElement('p');
    p.className = 'note alert';
    p.setAttribute('role', 'alert');
    p.textContent = text;
    main().prepend(p);
  }
  const inSight = x => { const box = x.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; };
  // own: it answers what was done here, and the current item is gone to. What others did moves nothing
  // under the reader's eyes.
  function show(page, answer, own) {
    const fresh = page.getElementById('main');
    if (!fresh) return lost([...page.querySelectorAll('h1, h1 + p')].map(x => x.textContent).join(': '));
    const here = new URL(answer.url);
    if (answer.ok && here.pathname !== location.pathname) return location.assign(here); // a page of another kind
    for (const once of ['did', 'n', 'tick']) here.searchParams.delete(once);
    const marked = main().querySelector('.now');
    const stood = [marked, ...scrollY ? items() : []].filter(x => x && inSight(x)).map(x => [x, x.getBoundingClientRect().top]);
    const had = main().contains(document.activeElement) ? document.activeElement : null;
    const at = had && !(answer.ok && sent(had) && had.matches('input, textarea, select')) && nameOf(had);
    const open = [...main().querySelectorAll('details[open] > summary')].map(nameOf);
    const scrolled = new Map(boxes(main()).map(x => [nameOf(x), x.scrollTop]));
    const alert = !own && main().querySelector(':scope > [role=alert]');
    carry(main(), fresh, !answer.ok);
    fresh.classList.add('again'); // laid out as a whole: where things stand is known
    main().replaceWith(fresh);
    if (alert && !fresh.querySelector(':scope > [role=alert]')) {
      alert.setAttribute('aria-live', 'off'); // it was told
      fresh.prepend(alert);
    }
    for (const s of fresh.querySelectorAll('details:not([open]) > summary')) if (open.includes(nameOf(s))) s.parentElement.open = true;
    for (const x of boxes(fresh)) x.scrollTop = scrolled.get(nameOf(x)) || 0;
    document.title = page.title;
    if (answer.redirected && answer.ok) history.replaceState(null, '', here.href);
    const control = [...fresh.querySelectorAll(controls)].find(x => nameOf(x) === at); // who types goes on typing
    control?.focus({ preventScroll: true });
    if (control && had.selectionStart != null) control.setSelectionRange(had.selectionStart, had.selectionEnd);
    const item = current();
    const same = x => x === marked ? item : document.getElementById(x.id);
    const still = stood.find(([x]) => same(x));
    if (marked) mark(item, false);
    if (had && !control && (own || marked)) item?.focus({ preventScroll: true });
    if (still) window.scrollBy({ top: same(still[0]).getBoundingClientRect().top - still[1], behavior: 'instant' });
    if (own && !control && (had || marked)) item?.scrollIntoView({ block: 'nearest' });
    if (own) tell((fresh.querySelector('.alert, .said p') || {}).textContent || '');
  }

  // What is ticked or being written stays, over the page that comes back, unless it was sent. What was
  // sent and refused comes back in that page, and is still being written.
  const fields = page => [...page.querySelectorAll('input:not([type=hidden]), textarea, select')];
  const controls = 'a, button, input:not([type=hidden]), textarea, select, summary, [tabindex="0"]';
  const boxes = page => [...page.querySelectorAll('[tabindex="0"], textarea')]; // that scroll
  // What a control, a fold or a box is called on this page and on the next one.
  const nameOf = x => [x.form?.getAttribute('action'), x.closest('[data-item]')?.id, x.name || x.getAttribute('aria-label') || x.getAttribute('href') || x.matches('summary') && x.textContent,
    x.matches('button, [name=ref]') && x.value.split('|')[0]].join(' ');
  const stands = x => x.matches('select') ? ([...x.options].find(o => o.defaultSelected) || x.options[0]).value : x.defaultValue;
  const changed = x => x.dataset.refused || (x.type === 'checkbox' ? x.checked !== x.defaultChecked : x.value !== stands(x));
  const stateOf = x => x.type === 'checkbox' ? String(x.checked) : x.value;
  const sent = x => x.dataset.sent === stateOf(x); // nothing was written since
  function carry(from, to, refused) {
    const kept = new Map(fields(from).filter(changed).map(x => [nameOf(x), x]));
    for (const x of fields(to)) {
      const was = kept.get(nameOf(x));
      if (!was || sent(was) && !refused) continue;
      if (refused || was.dataset.refused) x.dataset.refused = '1';
      if (sent(was)) continue;
      if (x.type === 'checkbox') x.checked = was.checked;
      else x.value = was.value;
      const stood = 'was-' + x.name; // what stood there when the writing began, or was sent since: the server compares
      if (x.form?.elements[stood] && was.dataset.sent !== stands(x)) x.form.elements[stood].value = was.form.elements[stood].value;
    }
  }
  addEventListener('beforeunload', e => { // the browser asks before prose is left unsaved
    if (fields(main()).some(x => x.matches('textarea') && changed(x) && !sent(x))) e.preventDefault();
  });
  document.addEventListener('submit', e => {
    const form = e.target;
    if (form.getAttribute('method') !== 'post') return;
    e.preventDefault();
    const item = e.submitter?.closest('[data-item]');
    const body = new URLSearchParams(new FormData(form, e.submitter));
    if (e.submitter?.name !== 'do' || !form.elements.ref) for (const x of form.elements) x.dataset.sent = stateOf(x); // "do" is on one row, whatever is ticked
    if (item && e.submitter.name === 'do' && form.classList.contains('stories')) {
      // The next story is current at once; the answer comes when it comes.
      const all = items();
      item.classList.add('gone');
      mark(all[all.indexOf(item) + 1] || all[all.indexOf(item) - 1], true);
    }
    send(form.getAttribute('action'), { method: 'POST', body });
  });

  function press(key) {
    if (key === 'q' && quoteSelection()) return true;
    if (key === 'Escape' && clear()) return true;
    if (key === 'H' && !ticked() && !main().querySelector('[data-key="H"]')) current()?.querySelector('[data-tick]')?.click(); // the week is asked for beside what is ticked
    const inBulk = ticked() && main().querySelector(`[data-all="${key}"]`);
    const find = `[data-key="${key}"]`;
    const el = inBulk || current()?.querySelector(find) || document.querySelector(`${find}:not([data-item] *)`);
    if (!el) {
      if (main().querySelector(`[data-all="${key}"]`)) complain('Tick stories or links first: space, or the boxes.');
      return false;
    }
    if (el.matches('input, textarea, select')) {
      const folded = el.closest('details');
      if (folded) folded.open = true;
      el.focus();
      el.select?.();
    } else {
      el.click();
      if (el.matches('summary')) el.parentElement.querySelector('button')?.focus(); // it asks once more
    }
    return true;
  }
  // Takes back what stands in the way: the open list of keys, then the ticks. The filters have a link.
  function clear() {
    const keys = document.getElementById('keys'), was = keys.open || ticked();
    if (!keys.open) for (const x of main().querySelectorAll('[name=ref]:checked')) x.checked = false;
    keys.open = false;
    return was;
  }
  function quoteSelection() {
    const chosen = getSelection(), words = chosen.toString().trim();
    const box = chosen.anchorNode?.parentElement?.closest('[data-text]');
    if (!words || !box) return false;
    const form = box.parentElement.querySelector('form');
    form.querySelector('[data-words]').value = words;
    chosen.removeAllRanges();
    form.requestSubmit(form.querySelector('[data-own]'));
    return true;
  }

  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const at = e.target;
    if (at.matches('textarea, select, input:not([type=checkbox])')) {
      if (e.key === 'Escape') at.blur();
      if (e.key !== 'Enter' || at.dataset.all !== 'H') return;
      e.preventDefault();
      main().querySelector('[data-all="h"]').click();
      return;
    }
    if ((e.key === 'Enter' || e.key === ' ') && at.matches('a, button, summary') || e.key === ' ' && at.matches('input')) return; // the browser's own
    if (e.key === ' ' && !main().querySelector('.now')) return;
    if (e.key === 'j' || e.key === 'ArrowDown' && at.matches('[data-item]')) move(1);
    else if (e.key === 'k' || e.key === 'ArrowUp' && at.matches('[data-item]')) move(-1);
    else if (e.key === ' ') current()?.querySelector('[data-tick]')?.click();
    else if (e.key === '?') { const k = document.getElementById('keys'); k.open = !k.open; k.querySelector('summary').focus(); }
    else if (e.key === 'g' || e.key === 'G') { const all = items(); mark(all.at(e.key === 'g' ? 0 : -1), true); }
    else if (e.key === 'A') { for (const x of main().querySelectorAll('[data-tick]')) x.checked = true; }
    else if (!/^([axhHruUmsenvcwfqo/0-5]|Enter|Escape)$/.test(e.key) || !press(e.key)) return;
    e.preventDefault();
  });
  document.addEventListener('focusin', e => {
    const item = e.target.closest?.('[data-item]');
    if (item && !item.classList.contains('now')) mark(item, false);
  });

  // Another tab, the terminal, a harvest or an editor at the file: what is shown follows,
  // unless something is being written here.
  const busy = () => waiting || ticked() || String(getSelection()) || fields(main()).some(x => x === document.activeElement || x.value !== stands(x));
  async function look() {
    if (document.hidden || busy()) return;
    const week = main().dataset.week;
    const answer = await fetch('/changes' + (week ? '?week=' + week : '')).catch(() => null);
    if (!answer?.ok || await answer.text() === main().dataset.changed || busy()) return;
    send(location.href);
  }
  setInterval(look, 2000);
})();
