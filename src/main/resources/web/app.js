'use strict';

// The page follows one campaign by its event stream and asks its messages why. The API key stays in this tab's memory.

const $ = id => document.getElementById(id);
const number = n => Number(n || 0).toLocaleString('en');
const ENDED = ['completed', 'cancelled', 'failed'];
const WHY_EVERY_MS = 5000;
const PAGE = 10;

/** The places of the ledger, in the order of the equation, and what stands in each. */
const PLACES = {
  suppressed: 'must not be messaged, or opted out',
  waiting: 'not fed yet, queued or to be tried again',
  in_flight: 'the provider has not answered yet',
  accepted: 'a provider took it: sent, delivered or read',
  failed: 'refused or undelivered; can be sent again',
  unknown: 'it is not known whether it was taken',
  expired: 'could not be sent in time',
  cancelled: 'called off before it was sent',
};
/** From left to right in the bar; what waits is the bar's ground. */
const BAR = ['accepted', 'failed', 'unknown', 'suppressed', 'expired', 'cancelled', 'in_flight'];

let key = '';
let following = null;
let campaign = null;
let rates = [];
let looks = 0;
let unbalanced = 0;

async function api(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { 'X-API-Key': key } });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Error(problem.detail || `HTTP ${response.status}`);
  }
  return response;
}

const json = async path => (await api(path)).json();
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

function notice(text) {
  $('notice').textContent = text;
  $('notice').hidden = !text;
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function duration(seconds) {
  if (seconds < 60) return `${seconds < 10 && !Number.isInteger(seconds) ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}


function share(part, whole) {
  if (!part || !whole) return '';
  return part / whole < 0.001 ? '< 0.1 %' : `${(100 * part / whole).toFixed(1)} %`;
}

const places = name => name.replaceAll('_', ' ');

function plan() {
  const route = campaign.fallback ? campaign.route : campaign.route.slice(0, 1);
  const steps = route.map(step => `${step.channel.toUpperCase()} by ${step.provider}`).join(', then ');
  const begun = campaign.started_at && `started ${new Date(campaign.started_at).toLocaleString()}`;
  const limit = campaign.rate_per_second && `at most ${number(campaign.rate_per_second)}/s`;
  $('plan').textContent = [steps, campaign.category, limit, begun].filter(Boolean).join(' · ');
}

function draw(stats) {
  const ledger = stats.ledger;
  const done = ledger.targeted - ledger.waiting - ledger.in_flight;
  looks++;
  if (!ledger.balanced) unbalanced++;
  if ($('status').textContent !== stats.status) {
    $('status').textContent = stats.status;
    $('status').className = `status ${stats.status}`;
  }
  progress(stats, ledger, done);
  tiles(stats, ledger);
  books(ledger);
  rates.push(stats.rate_per_second);
  chart();
  promises(stats, ledger);
}

function progress(stats, ledger, done) {
  const bar = $('bar');
  if (!bar.children.length) bar.append(...BAR.map(place => element('i', undefined, place)));
  BAR.forEach((place, i) => { bar.children[i].style.width = `${100 * ledger[place] / Math.max(1, ledger.targeted)}%`; });
  const percent = Math.floor(100 * done / Math.max(1, ledger.targeted));
  bar.setAttribute('aria-valuenow', percent);
  bar.setAttribute('aria-valuetext', `${number(done)} of ${number(ledger.targeted)}`);
  $('done').textContent = `${number(done)} of ${number(ledger.targeted)} done (${percent} %)`;
  const toGo = stats.eta_seconds === null ? '' : `about ${duration(stats.eta_seconds)} to go`;
  $('pace').textContent = stats.status === 'running' ? toGo : took(done);
}

function took(done) {
  if (!campaign.started_at || !campaign.ended_at) return '';
  const seconds = (new Date(campaign.ended_at) - new Date(campaign.started_at)) / 1000;
  const average = seconds > 0 ? `, ${number(Math.round(done / seconds))}/s on average` : '';
  return `took ${duration(seconds)}${average}`;
}

function tiles(stats, ledger) {
  const shown = [
    ['accepted', number(ledger.accepted), share(ledger.accepted, ledger.targeted)],
    ['delivered', number(stats.delivered), `${share(stats.delivered, ledger.accepted) || 'none'} of the accepted`],
    ['undelivered', number(stats.undelivered), 'by their last report'],
    ['by fallback', number(stats.fallback), 'left their first route'],
    ['segments', number(stats.segments), stats.read ? `${number(stats.read)} read` : 'billable parts'],
  ];
  $('tiles').replaceChildren(...shown.map(([name, value, under]) => {
    const tile = element('div');
    const big = element('dd', value);
    big.dataset.count = name;
    big.append(element('small', under || '\u00a0'));
    tile.append(element('dt', name), big);
    return tile;
  }));
}

function books(ledger) {
  $('ledger').tBodies[0].replaceChildren(...Object.entries(PLACES).map(([place, meaning]) => {
    const row = element('tr');
    const head = element('th');
    head.scope = 'row';
    head.append(element('span', undefined, `swatch ${place}`), places(place), element('small', meaning));
    const count = element('td', number(ledger[place]));
    count.dataset.place = place;
    row.append(head, count, element('td', share(ledger[place], ledger.targeted), 'share'));
    return row;
  }));
  const sum = element('tr');
  const head = element('th', '= targeted');
  head.scope = 'row';
  const count = element('td', number(ledger.targeted));
  count.dataset.place = 'targeted';
  const balanced = element('td', ledger.balanced ? '✓ balanced' : '✗ not balanced', `share ${ledger.balanced ? 'right' : 'wrong'}`);
  balanced.dataset.place = 'balanced';
  sum.append(head, count, balanced);
  $('ledger').tFoot.replaceChildren(sum);
}

function chart() {
  const shown = rates.slice(-300);
  const peak = Math.max(...shown);
  const step = 300 / Math.max(1, shown.length - 1);
  const line = shown.map((r, i) => `${i ? 'L' : 'M'}${(i * step).toFixed(1)} ${(97 - 92 * r / Math.max(1, peak)).toFixed(1)}`).join('');
  const path = (d, name) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    made.setAttribute('d', d);
    made.setAttribute('class', name);
    return made;
  };
  const any = peak > 0 && shown.length > 1;
  $('chart').replaceChildren(...(any ? [path(`${line}L300 100L0 100Z`, 'area'), path(line, 'line')] : []));
  $('chart').classList.toggle('empty', !any);
  $('peak').textContent = any ? `peak ${number(Math.round(peak))}/s` : 'Drawn while this page watches something being sent.';
  $('now').textContent = any ? `now ${number(Math.round(shown.at(-1)))}/s` : '';
}

/** What can be told from here; the rest is for the tests. */
function promises(stats, ledger) {
  const ended = ENDED.includes(stats.status);
  const kept = [];
  kept.push(unbalanced
    ? ['broken', `The books did not balance at ${number(unbalanced)} of ${number(looks)} looks.`]
    : ['', `The books balanced at each of ${number(looks)} ${looks === 1 ? 'look' : 'looks'}.`]);
  if (ended) {
    const open = ledger.waiting + ledger.in_flight;
    kept.push(open
      ? ['broken', `It ended with ${number(open)} still to be settled.`]
      : ['', 'It ended with nothing waiting and nothing in flight.']);
  } else if (stats.status === 'paused') {
    kept.push(ledger.in_flight
      ? ['open', `Paused: no new attempt starts; ${number(ledger.in_flight)} in flight will land.`]
      : ['', 'Paused: no new attempt starts, and nothing is in flight.']);
  }
  if (ledger.unknown) {
    kept.push(['open', ended
      ? `${number(ledger.unknown)} outcomes are unknown, and said to be: neither "sent" nor "failed".`
      : `${number(ledger.unknown)} outcomes are unknown now and are being found out.`]);
  } else {
    kept.push(['', 'No outcome is unknown.']);
  }
  if (ledger.suppressed) kept.push(['', `${number(ledger.suppressed)} who must not be messaged were not.`]);
  $('promises').replaceChildren(...kept.map(([how, text]) => element('li', text, how)));
}

async function why(id) {
  const answer = await json(`/api/v1/campaigns/${id}/why`);
  const reasons = answer.reasons.map(reason => {
    const of = reason.code.startsWith('messages_') ? `${places(reason.code.slice(9))}: ` : '';
    const item = element('li', of + reason.detail);
    if (reason.messages) item.append(element('b', number(reason.messages)));
    return item;
  });
  $('why').replaceChildren(...(reasons.length ? reasons : [element('li', 'All is done; there is nothing to explain.')]));
}

// Messages and their timelines

let next = null;

async function messages(from) {
  const only = $('only').value;
  const query = `limit=${PAGE}${only ? `&status=${only}` : ''}${from ? `&cursor=${encodeURIComponent(from)}` : ''}`;
  const page = await json(`/api/v1/campaigns/${campaign.id}/messages?${query}`);
  const body = $('messages').tBodies[0];
  if (!from) body.replaceChildren();
  body.append(...page.items.map(row));
  next = page.next_cursor;
  $('more').hidden = !next;
  $('none').textContent = body.rows.length ? '' : 'There are none.';
}

function row(message) {
  const made = element('tr');
  const asked = element('button', 'Why?');
  asked.type = 'button';
  asked.setAttribute('aria-expanded', 'false');
  asked.setAttribute('aria-label', `Why? The timeline of message ${message.id}`);
  asked.addEventListener('click', () => timeline(made, message.id, asked).catch(error => notice(error.message)));
  const error = message.error ? `${message.error.class} ${message.error.code}` : '';
  made.append(element('td', message.id.split('-').at(-1)), element('td', message.to), element('td', message.status),
    element('td', [message.channel, message.provider].filter(Boolean).join(' ')), element('td', error, 'error'), element('td'));
  made.lastChild.append(asked);
  return made;
}

async function timeline(under, id, asked) {
  if (under.nextSibling && under.nextSibling.className === 'timeline') {
    under.nextSibling.remove();
    asked.setAttribute('aria-expanded', 'false');
    return;
  }
  const answer = await json(`/api/v1/messages/${id}/timeline`);
  const list = element('ol');
  list.append(...answer.items.map(item => {
    const { seq, at, type, ...more } = item;
    const line = element('li');
    const time = element('time', new Date(at).toISOString().slice(11, 23));
    time.dateTime = at;
    line.append(time, element('span', type), element('span', words(more), 'soft'));
    return line;
  }));
  const shown = element('tr', undefined, 'timeline');
  shown.append(element('td'));
  shown.firstChild.colSpan = 6;
  shown.firstChild.append(list);
  under.after(shown);
  asked.setAttribute('aria-expanded', 'true');
}

function words(fields) {
  return Object.entries(fields)
    .map(([name, value]) => `${places(name)} ${typeof value === 'object' ? words(value) : value}`)
    .join(', ');
}

// Following a campaign

async function follow(id) {
  const stop = new AbortController();
  if (following) following.abort();
  following = stop;
  const [about, first] = await Promise.all([json(`/api/v1/campaigns/${id}`), json(`/api/v1/campaigns/${id}/stats`)]);
  if (stop.signal.aborted) return;
  campaign = about;
  rates = [];
  looks = 0;
  unbalanced = 0;
  $('name').textContent = campaign.name;
  $('main').hidden = false;
  plan();
  draw(first);
  notice('');
  await Promise.all([why(id), messages()]);
  if (!ENDED.includes(first.status)) await watch(id, stop.signal);
  await receipts(id, stop.signal);
}

/** Until it has ended, however often the connection breaks. */
async function watch(id, signal) {
  let asked = Date.now();
  while (!signal.aborted) {
    try {
      for await (const stats of events(id, signal)) {
        const ended = ENDED.includes(stats.status);
        if (ended) {
          campaign = await json(`/api/v1/campaigns/${id}`);
          plan();
        }
        draw(stats);
        notice('');
        if (ended || Date.now() - asked >= WHY_EVERY_MS) {
          asked = Date.now();
          await why(id);
        }
        if (ended) {
          await messages();
          return;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      notice(`Waiting for Herald: ${error.message}`);
    }
    await pause(1000);
  }
}

/** The campaign's stats, once a second until it has ended. */
async function* events(id, signal) {
  const reader = (await api(`/api/v1/campaigns/${id}/events`, { signal })).body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += chunk.value;
    const complete = text.split('\n\n');
    text = complete.pop();
    for (const event of complete) {
      const data = event.split('\n').find(line => line.startsWith('data: '));
      if (data) yield JSON.parse(data.slice(6));
    }
  }
}

// The books are closed; receipts of the last messages still come in.
async function receipts(id, signal) {
  for (let i = 0; i < 30 && !signal.aborted; i++) {
    await pause(2000);
    if (signal.aborted) return;
    const stats = await json(`/api/v1/campaigns/${id}/stats`);
    if (signal.aborted) return;
    draw(stats);
  }
}

async function list(preferred) {
  const page = await json('/api/v1/campaigns?limit=50');
  $('campaign').replaceChildren(...page.items.map(c => new Option(`${c.name} (${c.status})`, c.id)));
  $('pick').hidden = !page.items.length;
  if (!page.items.length) {
    notice('This tenant has no campaigns yet.');
    return;
  }
  $('campaign').value = preferred || page.items[0].id;
  follow($('campaign').value).catch(error => notice(error.message));
}

$('campaign').addEventListener('change', event => follow(event.target.value).catch(error => notice(error.message)));
$('only').addEventListener('change', () => messages().catch(error => notice(error.message)));
$('more').addEventListener('click', () => messages(next).catch(error => notice(error.message)));
$('access').addEventListener('submit', event => {
  event.preventDefault();
  key = $('key').value.trim();
  list().catch(error => notice(error.message));
});

(async () => {
  // A demo says what to show; any other installation asks for a key.
  for (let tries = 0; ; tries++) {
    const demo = await fetch('/demo').catch(() => null);
    if (demo && demo.ok) {
      const shown = await demo.json();
      key = shown.api_key;
      await list(shown.campaign_id).catch(error => notice(error.message));
      return;
    }
    const settled = tries > 0 || !['localhost', '127.0.0.1'].includes(location.hostname);
    if (settled) break;
    await pause(500);
  }
  $('access').hidden = false;
  notice('Enter an API key of a tenant to follow its campaigns.');
})();
