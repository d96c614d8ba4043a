using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>
/// Follows jobs to their end, as <c>Prefer: wait</c> and streams of a job's events do: it asks again and again, by any replica, and says
/// how far it has got.
/// </summary>
internal sealed class Watcher
{
    private const int OpenMost = 6;

    // Of what a caller knows it follows what is new, mostly: the rest has ended.
    private const int Newest = 12;
    private static readonly TimeSpan PauseLeast = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AgainMost = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WaitMost = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan StreamMost = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(30);

    private readonly Scene _scene;
    private readonly Lane _lane;
    private readonly Client _client;
    private readonly Dice _dice;
    private int _open;

    public Watcher(Scene scene, Lane lane)
    {
        _scene = scene;
        _lane = lane;
        _client = new Client(scene, lane);
        _dice = scene.World.Dice($"work/{lane.Name}");
    }

    /// <summary>It has seen the end of all that it followed.</summary>
    public bool IsDone => _lane.Loops.Count == 0;

    public void Start() => _lane.Begin("a watcher", RunAsync);

    private async Task RunAsync()
    {
        while (!_scene.IsOver)
        {
            await Task.Delay(_dice.LogUniform(PauseLeast, PauseMost), _lane.Clock);
            IReadOnlyList<JobId> known = _dice.Pick(_scene.Callers).Known;
            if (known.Count > 0 && _open < OpenMost && !_scene.IsOver)
            {
                JobId job = known[known.Count - 1 - _dice.Below(Math.Min(known.Count, Newest))];
                bool streams = _dice.Below(2) == 0;
                _open++;
                _lane.Begin("a watch", () => FollowAsync(job, streams));
            }
        }
    }

    private async Task FollowAsync(JobId job, bool streams)
    {
        var seen = new Place();
        while (!seen.IsEnd)
        {
            if (streams)
            {
                await StreamAsync(job, seen);
            }
            else
            {
                await WaitAsync(job, seen);
            }

            if (!seen.IsEnd)
            {
                await Task.Delay(_dice.Between(PauseLeast, AgainMost), _lane.Clock);
            }
        }

        _open--;
    }

    private async Task WaitAsync(JobId job, Place seen)
    {
        TimeSpan wait = _scene.IsOver ? TimeSpan.Zero : _dice.LogUniform(PauseLeast, WaitMost);
        (_, JobLookup? found) = await _client.AskAsync(
            new Call(Verb.Read, _lane.Name) { Job = job.Value, Shard = job.Shard },
            (shards, token) => shards.WaitAsync(job, JobCondition.Finished, wait, token),
            Told.Of,
            wait + Spare,
            (request, lane) => _scene.History.Watching(request, lane.Name));
        seen.See(found);
    }

    private async Task StreamAsync(JobId job, Place seen)
    {
        long after = seen.Sequence;
        Request? asked = null;
        (_, IReadOnlyList<JobSeen>? items) = await _client.AskAsync(
            new Call(Verb.Watch, _lane.Name) { Job = job.Value, Shard = job.Shard },
            (shards, token) => StreamAsync(shards, job, after, item => Bring(asked!, item, seen), token),
            items => new Answer(AnswerKind.Found) { Jobs = items },
            StreamMost,
            (request, lane) =>
            {
                asked = request;
                _scene.History.Watching(request, lane.Name, after);
            });
        if (items is { Count: 0 })
        {
            // There is no such job any more, or nothing new of it: as over HTTP it is looked at first.
            (_, JobLookup? found) = await _client.AskAsync(
                new Call(Verb.Read, _lane.Name) { Job = job.Value, Shard = job.Shard },
                (shards, token) => shards.FindAsync(job, token).AsTask(),
                Told.Of,
                Spare);
            seen.See(found);
        }
    }

    /// <summary>In the replica.</summary>
    private static async Task<IReadOnlyList<JobSeen>> StreamAsync(
        JobShards shards, JobId job, long after, Action<JobSeen> sends, CancellationToken cancellationToken)
    {
        var items = new List<JobSeen>();
        await foreach (JobEvent news in shards.WatchAsync(job, after, cancellationToken))
        {
            JobSeen item = Told.Of(news.Job);
            items.Add(item);
            sends(item);
        }

        return items;
    }

    private void Bring(Request request, JobSeen item, Place seen)
    {
        _scene.Judges.Streamed(request, item);
        _scene.Network.Bring(_lane, ref seen.Behind, "news", () => seen.See(item));
    }

    /// <summary>How far somebody has got.</summary>
    private sealed class Place
    {
        /// <summary>When the last item is there that is on its way.</summary>
        public long Behind;

        public long Sequence { get; private set; }

        public bool IsEnd { get; private set; }

        public void See(JobSeen seen)
        {
            Sequence = Math.Max(Sequence, seen.Sequence);
            IsEnd |= seen.Status.IsFinal();
        }

        public void See(JobLookup? found)
        {
            if (found is JobLookup.Found { Job: var job })
            {
                See(Told.Of(job));
            }

            IsEnd |= found is JobLookup.Unknown or JobLookup.Purged;
        }
    }
}
