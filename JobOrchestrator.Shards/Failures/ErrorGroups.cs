using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The errors that most jobs failed of, in a bounded number of groups. Where there is none left for a new one, it takes the place of the
/// one that counts least, and counts from there on: so none that happens often is ever without a group for long ("space saving"). What
/// has not happened for a day counts half. Whoever has it guards it.
/// </summary>
/// <param name="groupsMax">Most groups.</param>
/// <param name="since">From when on it counts.</param>
internal sealed class ErrorGroups(int groupsMax, DateTimeOffset since)
{
    // About: an entry and its two keys, beside their texts.
    private const int GroupBytes = 400 + ErrorTimes.Bytes;

    private readonly Dictionary<ErrorKey, Group> _groups = [];
    private readonly ErrorTimes _all = new();
    private bool _wasFull; // so a new group may have had failures before

    /// <summary>From when on it counts.</summary>
    public DateTimeOffset Since { get; } = since;

    /// <summary>When it last counted.</summary>
    public DateTimeOffset LastAt { get; private set; } = since;

    /// <summary>How many bytes it takes, about.</summary>
    public long Bytes { get; private set; } = ErrorTimes.Bytes;

    /// <summary>A job has failed.</summary>
    public void Add(ErrorKey key, JobId job, DateTimeOffset now)
    {
        LastAt = now > LastAt ? now : LastAt;
        _all.Count(now);
        if (!_groups.TryGetValue(key, out Group? group))
        {
            (double weight, bool isLater) = MakeRoom(now);
            _groups.Add(key, group = new Group(now, isLater) { Weight = weight, LastAt = now });
            Bytes += BytesOf(key);
        }

        group.Weight = group.WeightAt(now) + 1;
        group.LastAt = now;
        group.Example = job;
        group.Times.Count(now);
    }

    /// <summary>
    /// A job had failed before it counted, and others may have that are not known. It takes no place of what is known since.
    /// </summary>
    public void Recall(ErrorKey key, JobId job, DateTimeOffset at)
    {
        _all.Count(at);
        if (!_groups.TryGetValue(key, out Group? group))
        {
            if (_groups.Count >= groupsMax)
            {
                _wasFull = true;
                return;
            }

            _groups.Add(key, group = new Group(at, isLater: true) { LastAt = at });
            Bytes += BytesOf(key);
        }

        group.IsLater = true;
        group.FirstAt = at < group.FirstAt ? at : group.FirstAt;
        (group.LastAt, group.Example) = at >= group.LastAt ? (at, job) : (group.LastAt, group.Example);
        group.Weight++;
        group.Times.Count(at);
    }

    /// <summary>What happened in a window.</summary>
    public ErrorsAnswer Read(ErrorWindow window) => new(
        Since,
        [
            .. _groups.Select(one => (one.Key, Group: one.Value, Spark: one.Value.Times.Read(window)))
                .Where(one => Array.Exists(one.Spark, count => count > 0))
                .Select(one => new ErrorGroup(
                    one.Key,
                    IsLowerBound: one.Group.IsLater && one.Group.FirstAt > window.From,
                    one.Group.FirstAt,
                    one.Group.LastAt,
                    one.Group.Example,
                    one.Spark)),
        ],
        Count(window));

    /// <summary>How many jobs failed in a window, with a group or without.</summary>
    public long Count(ErrorWindow window) => _all.Read(window).Sum(count => (long)count);

    /// <returns>What the new group begins with, and whether it may have happened before.</returns>
    private (double Weight, bool IsLater) MakeRoom(DateTimeOffset now)
    {
        if (_groups.Count < groupsMax)
        {
            return (0, _wasFull);
        }

        _wasFull = true;
        (ErrorKey key, Group least) = _groups.MinBy(one => (one.Value.WeightAt(now), one.Value.LastAt));
        _groups.Remove(key);
        Bytes -= BytesOf(key);
        return (least.WeightAt(now), true);
    }

    private static long BytesOf(ErrorKey key) => GroupBytes + (2L * (key.Text.Length + key.ErrorType.Length));

    private sealed class Group(DateTimeOffset firstAt, bool isLater)
    {
        public DateTimeOffset FirstAt { get; set; } = firstAt;

        /// <summary>It may have happened before, without a group.</summary>
        public bool IsLater { get; set; } = isLater;

        public DateTimeOffset LastAt { get; set; }

        public JobId Example { get; set; }

        /// <summary>How much it counts where room is made, as of <see cref="LastAt"/>.</summary>
        public double Weight { get; set; }

        public ErrorTimes Times { get; } = new();

        public double WeightAt(DateTimeOffset now) => Weight * Math.Pow(0.5, Math.Max(0, (now - LastAt).TotalDays));
    }
}
