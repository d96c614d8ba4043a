"""Measures a running suite (./start.sh): submit, wait for the end, schedule far ahead, wait with many. JOBS_PORT says where it is.

What is scheduled stays: 9,000 jobs in queue later. Start the suite for it with a DATA_DIR of its own."""

import concurrent.futures
import http.client
import json
import os
import statistics
import threading
import time

PORT = int(os.environ.get("JOBS_PORT", "5087"))
ROUNDS, WARM_UP = 150, 50


def connect():
    return http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)


def call(connection, verb, path, body=None, headers=None):
    content = {} if body is None else {"content-type": "application/json"}
    connection.request(verb, path, None if body is None else json.dumps(body), {**content, **(headers or {})})
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, json.loads(text) if text else None


def tell(what, milliseconds):
    milliseconds = sorted(milliseconds[WARM_UP:])
    p99 = milliseconds[int(len(milliseconds) * 0.99) - 1]
    print(f"{what}: p50 {statistics.median(milliseconds):.2f} ms, p99 {p99:.2f} ms")


def submit_and_wait():
    caller, submits, waits = connect(), [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        _, job = call(caller, "POST", "/jobs", {"queue": "measure", "type": "measure"})
        submits.append((time.perf_counter() - started) * 1e3)
        _, leased = call(caller, "POST", "/queues/measure/lease", {"worker": "measure"})
        heard = []

        def wait(path=f"/jobs/{job['id']}"):
            waiter = connect()
            status, _ = call(waiter, "GET", path, headers={"Prefer": "wait=20", "If-None-Match": '"2"'})
            heard.append((time.perf_counter(), status))
            waiter.close()

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.03)  # the waiter has to be waiting
        call(caller, "POST", f"/jobs/{job['id']}/complete", {"leaseToken": leased[0]["leaseToken"]})
        completed = time.perf_counter()
        thread.join()
        waits.append((heard[0][0] - completed) * 1e3)
    tell("submit, one connection", submits)
    tell("from the worker's answer to the waiting caller's", waits)


def schedule_far_ahead(batches=10, jobs=900):
    caller, started = connect(), time.perf_counter()
    for _ in range(batches):
        status, _ = call(caller, "POST", "/jobs/batch", [{"queue": "later", "type": "measure", "delaySeconds": 31_536_000}] * jobs)
        assert status == 202, status
    print(f"{batches * jobs} jobs scheduled a year ahead: {time.perf_counter() - started:.2f} s")


def wait_with_many(callers=200, seconds=3):
    def wait(_):
        started = time.perf_counter()
        status, _ = call(connect(), "POST", "/Jobs/StartJobWithTimeout", {"initialTimeout": 20_000, "parameters": {"seconds": str(seconds)}})
        return status, time.perf_counter() - started

    with concurrent.futures.ThreadPoolExecutor(callers) as pool:
        answers = list(pool.map(wait, range(callers)))
    print(f"{callers} callers waiting for jobs of {seconds} s: {set(status for status, _ in answers)}, the last after {max(taken for _, taken in answers):.2f} s")


submit_and_wait()
schedule_far_ahead()
wait_with_many()
