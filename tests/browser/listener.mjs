// HTTP servers on a free loopback port, and arrivals that a check waits for.

export const WAIT_SECONDS = 20;

export async function listen(server) {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  return `127.0.0.1:${server.address().port}`;
}

// What came to a redirect URI, by `state`.
export class Arrivals {
  #came = new Map();
  #waiting = new Map();

  // Takes a request; its first `state` decides who gets it.
  add(request) {
    const query = new URL(request.url, "http://redirect").searchParams;
    const arrival = { method: request.method, url: request.url, query, referer: request.headers.referer };
    const state = query.get("state");
    const waiting = this.#waiting.get(state);
    if (waiting) {
      this.#waiting.delete(state);
      waiting(arrival);
    } else {
      this.#came.set(state, [...(this.#came.get(state) ?? []), arrival]);
    }
  }

  // The next one with this state, perhaps already there.
  next(state) {
    const came = this.#came.get(state);
    if (came?.length) return Promise.resolve(came.shift());
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`nothing came to the redirect URI in ${WAIT_SECONDS} s`));
      const timer = setTimeout(late, WAIT_SECONDS * 1000);
      this.#waiting.set(state, (arrival) => {
        clearTimeout(timer);
        resolve(arrival);
      });
    });
  }
}
