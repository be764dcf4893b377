"""How long a billion segments take on a cluster: a simulation of one driver and many workers.

    python bench/plan.py [--segments 1e9]

The driver reads a chunk, packs it, and hands it to a worker that has fewer than two; a worker packs out, computes and
answers; the driver takes answers in the order of the chunks, hashes and writes them, with at most four chunks a worker
on their way (cluster/crew.py). The costs of a core are measured (bench/scale.py; kernels on news: docs/speed.md), the
millisecond of a GPU is assumed. Workers vary by 10 %, and one of ten thousand chunks is lost with its worker and
computed again after half a minute. Twelve thousand chunks are simulated; the rest is the same again. Starting the
cluster, and storage that is slower than its network, are left out.
"""

import argparse
import heapq
import random
from dataclasses import dataclass

CHUNK = 8_192
CHUNKS = 12_000  # of a run, simulated
CORE_HOUR = 0.05  # dollars, of a general machine on demand
GPU_HOUR = 3.0
BYTES = 420  # of a segment, packed: id, document, source, hypothesis, reference


@dataclass(frozen=True)
class Stage:
    """Microseconds a segment on the driver (reading, packing; taking, hashing, writing) and on a worker."""

    name: str
    hand_out: float
    take: float
    work: float
    price: float = CORE_HOUR


STAGES = (
    Stage("score bleu,chrf++,ter", 1.5 + 0.5, 0.6 + 0.1, 20.0 + 0.5 + 0.4),
    Stage("errors (diagnosis)", 1.5 + 1.1, 0.2 + 0.4 + 0.3, 862.0 + 24.0),
    Stage("score comet on GPUs", 1.5 + 0.7, 0.9, 1_000.0, GPU_HOUR),
)


def simulate(stage: Stage, workers: int, draw: random.Random) -> tuple[float, float]:
    """Seconds that CHUNKS chunks take, and the share of them in which the driver was busy."""
    free = [(0.0, worker) for worker in range(workers)]  # when each worker can begin its next chunk
    heapq.heapify(free)
    clock = busy = 0.0
    done: list[float] = []
    for number in range(CHUNKS):
        if number >= 4 * workers:  # room for one more once the chunk so far back was taken
            clock = max(clock, done[number - 4 * workers])
            clock += stage.take * CHUNK / 1e6
            busy += stage.take * CHUNK / 1e6
        clock += stage.hand_out * CHUNK / 1e6
        busy += stage.hand_out * CHUNK / 1e6
        ready, worker = heapq.heappop(free)
        begun = max(ready, clock)
        ended = begun + stage.work * CHUNK / 1e6 * draw.uniform(0.9, 1.1)
        if draw.random() < 1e-4:
            ended += 30 + stage.work * CHUNK / 1e6
        heapq.heappush(free, (ended, worker))
        done.append(max(ended, done[-1] if done else 0.0))  # answers are taken in order
    end = max(clock, done[-1]) + stage.take * CHUNK * min(CHUNKS, 4 * workers) / 1e6
    return end, min(1.0, busy / end)


def main() -> None:
    """Prints a table: stage, workers, hours, driver's share, cost, traffic."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--segments", type=float, default=1e9)
    given = parser.parse_args()
    print(f"{given.segments:,.0f} segments")
    head = ("workers", "hours", "driver busy", "core/GPU-hours", "$", "Gbit/s out")
    print(f"{'stage':24} " + " ".join(f"{name:>{max(8, len(name))}}" for name in head))
    for stage in STAGES:
        for workers in (2, 4, 8, 16, 64, 256):
            seconds, share = simulate(stage, workers, random.Random(1))
            hours = seconds * given.segments / (CHUNKS * CHUNK) / 3600
            spent = hours * workers
            traffic = given.segments * BYTES * 8 / (hours * 3600) / 1e9
            cost = spent * stage.price + hours * CORE_HOUR
            print(f"{stage.name:24} {workers:8} {hours:8.1f} {share:11.0%} {spent:14,.0f} {cost:8,.0f} {traffic:10.2f}")


if __name__ == "__main__":
    main()
