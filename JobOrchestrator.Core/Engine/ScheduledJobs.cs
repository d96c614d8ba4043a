using System.Runtime.InteropServices;

namespace JobOrchestrator.Core;

/// <summary>
/// The jobs that wait for their time: one line per queue, type and priority, which says in O(log n) how many come due between two
/// instants, and the first of each line in a line of their own.
/// </summary>
internal sealed class ScheduledJobs
{
    // Callers make up types and priorities: so many lines of a queue are looked through, and what stands in more is not counted.
    private const int LinesLookedAt = 200;

    private static readonly TimeSpan ShortestSpan = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Dictionary<(string Type, int Priority), RankedSet<Place>>> _queues = [];
    private readonly SortedSet<Place> _heads = new(Place.ByTime);

    public int Count { get; private set; }

    /// <summary>The one that comes due first, or null.</summary>
    public Place? First => _heads.Count > 0 ? _heads.Min : null;

    /// <summary>Adds a job.</summary>
    public void Add(Job job)
    {
        ref Dictionary<(string, int), RankedSet<Place>>? lines =
            ref CollectionsMarshal.GetValueRefOrAddDefault(_queues, job.Queue, out _);
        ref RankedSet<Place>? line =
            ref CollectionsMarshal.GetValueRefOrAddDefault(lines ??= [], (job.Type, job.Priority), out _);
        line ??= new RankedSet<Place>(Place.ByTime);
        var place = Place.Of(job);
        Place? first = line.First;
        line.Add(place);
        Count++;
        if (first is null)
        {
            _heads.Add(place);
        }
        else if (Place.ByTime.Compare(place, first.Value) < 0)
        {
            _heads.Remove(first.Value);
            _heads.Add(place);
        }
    }

    /// <summary>Removes a job; false when it is not there.</summary>
    public bool Remove(Job job)
    {
        var place = Place.Of(job);
        if (!_queues.TryGetValue(job.Queue, out Dictionary<(string, int), RankedSet<Place>>? lines)
            || !lines.TryGetValue((job.Type, job.Priority), out RankedSet<Place>? line)
            || !line.Remove(place))
        {
            return false;
        }

        Count--;
        bool wasFirst = _heads.Remove(place);
        if (line.First is { } first)
        {
            if (wasFirst)
            {
                _heads.Add(first);
            }
        }
        else if (lines.Remove((job.Type, job.Priority)) && lines.Count == 0)
        {
            _queues.Remove(job.Queue);
        }

        return true;
    }

    /// <summary>
    /// How many jobs of its queue come due before a job and stand before it then: of its priority those whose time or turn is earlier, of
    /// a higher one those that are due when it is.
    /// </summary>
    /// <param name="job">The job, which is not due.</param>
    /// <param name="types">Only those of these types count; null: all.</param>
    /// <param name="now">The time.</param>
    /// <returns>Within a second before it, two, four and so on; and last from now on.</returns>
    public IReadOnlyList<DueBefore> Before(Job job, IReadOnlySet<string>? types, DateTimeOffset now)
    {
        TimeSpan left = job.RunAt - now;
        var spans = new List<TimeSpan>();
        for (TimeSpan span = ShortestSpan; span < left; span *= 2)
        {
            spans.Add(span);
        }

        int[] jobs = new int[spans.Count + 1];
        if (_queues.TryGetValue(job.Queue, out Dictionary<(string Type, int Priority), RankedSet<Place>>? lines))
        {
            long due = job.RunAt.UtcTicks;
            (string Type, int Priority) own = (job.Type, job.Priority);

            // Its own line counts whichever others are looked at.
            IEnumerable<KeyValuePair<(string Type, int Priority), RankedSet<Place>>> looked = lines.Take(LinesLookedAt);
            if (lines.TryGetValue(own, out RankedSet<Place>? ownLine))
            {
                looked = looked.Where(line => line.Key != own).Prepend(new(own, ownLine));
            }

            foreach (((string type, int priority), RankedSet<Place> line) in looked)
            {
                if (priority < job.Priority || types?.Contains(type) == false)
                {
                    continue;
                }

                int before = line.CountBefore(priority == job.Priority ? Place.Of(job) : Place.FirstAt(due + 1));
                for (int i = 0; i < spans.Count; i++)
                {
                    jobs[i] += before - line.CountBefore(Place.FirstAt(due - spans[i].Ticks));
                }

                jobs[^1] += before;
            }
        }

        return [.. spans.Append(left).Zip(jobs, static (span, count) => new DueBefore(span, count))];
    }
}
