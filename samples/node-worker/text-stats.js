// The work itself: the same as type text-stats of MicroserviceX, so that either may take a job of the queue.

const pauseMax = 10_000;
const mostFrequent = 20;
// A word is a run of letters, digits and marks; an apostrophe or a hyphen between two of them belongs to it.
const word = /[\p{L}\p{Nd}\p{Mn}\p{Mc}]+(?:['’\-‑][\p{L}\p{Nd}\p{Mn}\p{Mc}]+)*/gu;

export async function textStats({ text, lines, pauseMilliseconds = 0 }, progress) {
  if ((text == null) === (lines == null)) throw hopeless('The input has to have either "text" or "lines".');
  if (!(pauseMilliseconds >= 0 && pauseMilliseconds <= pauseMax)) throw hopeless(`pauseMilliseconds may be 0 to ${pauseMax}.`);

  const all = lines ?? split(text);
  const counts = new Map();
  let words = 0;
  for (const [index, line] of all.entries()) {
    for (const [found] of (line ?? "").matchAll(word)) {
      const one = found.toLowerCase().slice(0, 100);
      counts.set(one, (counts.get(one) ?? 0) + 1);
      words++;
    }
    progress((100 * (index + 1)) / all.length, `${index + 1} of ${all.length} lines`);
    // Also without a pause now and then, so that heartbeats go out and the sidecar is answered.
    if (pauseMilliseconds > 0 || index % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }

  return {
    lines: all.length,
    words,
    distinctWords: counts.size,
    mostFrequentWords: [...counts]
      .sort(([a, timesA], [b, timesB]) => timesB - timesA || (a < b ? -1 : 1))
      .slice(0, mostFrequent)
      .map(([one, count]) => ({ word: one, count })),
    readingTimeSeconds: (words * 3) / 10,
  };
}

function split(text) {
  const all = text.split(/\r\n|\r|\n/);
  if (all.at(-1) === "") all.pop();
  return all;
}

// Trying again cannot help.
const hopeless = (message) => Object.assign(new Error(message), { retry: false });
