using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Finds one job's events among those of its shard without looking through all. The job's own document tells when most of them came to be,
/// and documents are in the order of time: each such time is gone to, and what lies between is looked through only where numbers are
/// missing between two that were found.
/// </summary>
/// <param name="outbox">The shard's events.</param>
/// <param name="reader">Reads those that are not in memory.</param>
/// <param name="topics">Which are published.</param>
/// <param name="aside">Which the broker refused.</param>
/// <param name="bytesMax">Bytes of events that one page looks at, about.</param>
internal sealed class ChangesReader(Outbox outbox, OutboxReader reader, Topics topics, SetAside aside, long bytesMax)
{
    /// <summary>How many events a page has at most.</summary>
    public const int ChangesMax = 200;

    // How much one page looks at: some reads of the store.
    private const int DocumentsMax = 600;

    // Where an event is expected, that document and some behind it, which hold what the same moment has brought.
    private const int DocumentsAtATime = 5;
    private const int EventsInOneLook = 2_000;

    private readonly Outbox _outbox = outbox;
    private readonly OutboxReader _reader = reader;
    private readonly long _bytesMax = bytesMax;

    /// <summary>A page of them.</summary>
    /// <param name="job">The job.</param>
    /// <param name="after">Where the previous page ended; null: from the first.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public Task<ShardChanges> ReadAsync(Job job, ChangesPlace? after, CancellationToken cancellationToken) =>
        new Walk(this, job, after, cancellationToken).ReadAsync();

    /// <summary>When events of a job came to be, as far as it tells itself; the last one for sure.</summary>
    private static DateTimeOffset[] TimesOf(Job job) =>
    [
        .. job.Attempts.SelectMany(attempt => new[] { attempt.StartedAt, attempt.EndedAt })
            .Append(job.CreatedAt).Append(job.StartedAt).Append(job.FinishedAt).Append(job.UpdatedAt)
            .OfType<DateTimeOffset>().Where(at => at <= job.UpdatedAt).Distinct().Order(),
    ];

    /// <summary>
    /// How many events there were before a time, if each of them shows in the job; null: it does not tell of all attempts.
    /// </summary>
    private static int? EventsBefore(Job job, DateTimeOffset time) => job.Attempts.Count == job.Attempt
        ? 1 + job.Attempts.Count(attempt => attempt.StartedAt < time) + job.Attempts.Count(attempt => attempt.EndedAt < time)
        : null;

    private static bool IsCoalesced(JsonElement cloudEvent) => cloudEvent.GetProperty("data"u8).TryGetProperty("coalesced"u8, out _);

    private JobChange ChangeOf(OutboxEntry entry, OutboxEvent item)
    {
        using var json = JsonDocument.Parse(item.CloudEvent.Memory);
        string id = json.RootElement.GetProperty("id"u8).GetString()!;
        Publication publication = topics.Of(item) is null ? Publication.None
            : aside.Has(id) ? Publication.Refused
            : entry.Number >= _outbox.Published ? Publication.Waiting
            : item.IsProgress && IsCoalesced(json.RootElement) ? Publication.Coalesced
            : Publication.Taken;
        return new JobChange(
            json.RootElement.GetProperty("data"u8).GetProperty("sequence"u8).GetInt64(),
            item.Kind,
            json.RootElement.GetProperty("time"u8).GetDateTimeOffset(),
            item.CloudEvent,
            publication,
            publication == Publication.Taken ? _outbox.PublishedAt(entry.Number) : null);
    }

    private static DateTimeOffset TimeOf(OutboxEntry entry)
    {
        using var json = JsonDocument.Parse(entry.Events[0].CloudEvent.Memory);
        return json.RootElement.GetProperty("time"u8).GetDateTimeOffset();
    }

    /// <summary>One page in the making.</summary>
    private sealed class Walk
    {
        private readonly ChangesReader _changes;
        private readonly Job _job;
        private readonly CancellationToken _stopping;
        private readonly OutboxView _view;
        private readonly DateTimeOffset[] _times;
        private readonly Dictionary<long, DateTimeOffset?> _timeOf = []; // of documents whose time memory does not have
        private readonly List<JobChange> _found = [];
        private readonly bool _isFirst;
        private ChangesPlace _at;
        private (long From, OutboxRead Read)? _ahead; // looked at already
        private int _lookedAt;
        private long _bytes;

        public Walk(ChangesReader changes, Job job, ChangesPlace? after, CancellationToken stopping)
        {
            (_changes, _job, _stopping) = (changes, job, stopping);
            _view = changes._outbox.View(0);
            _times = TimesOf(job);
            _isFirst = after is null;
            _at = after ?? new ChangesPlace(0, 0, DateTimeOffset.MinValue);
        }

        public async Task<ShardChanges> ReadAsync()
        {
            if (_isFirst)
            {
                // Nothing of the job is before that.
                MoveTo(await LocateAsync(_job.CreatedAt));
            }

            MoveTo(_view.First);
            bool isOver = false;
            while (!isOver && !IsDone && _found.Count < ChangesMax && MayLook)
            {
                isOver = !await StepAsync();
            }

            return new ShardChanges(_found, isOver || IsDone ? null : _at);
        }

        private bool MayLook => _lookedAt < DocumentsMax && _bytes < _changes._bytesMax;

        private bool IsDone => _at.Sequence >= _job.Sequence || _at.Number >= _view.Next;

        /// <summary>Goes to where the next event should be, or through what lies before that; false: nothing comes any more.</summary>
        private async Task<bool> StepAsync()
        {
            long expected = await ExpectedAsync();
            if (expected > _at.Number)
            {
                _ahead = _ahead?.From == expected
                    ? _ahead
                    : (expected, await LookAsync(expected, expected + DocumentsAtATime));
                JobChange[] changes = ChangesIn(_ahead.Value.Read);
                if (changes is [var first, ..] && IsNext(first))
                {
                    Take(changes, _ahead.Value.Read.End);
                    return true;
                }
            }

            OutboxRead read = await LookAsync(_at.Number, expected > _at.Number ? expected : _at.Number + DocumentsAtATime);
            if (read.Entries is [var oldest, ..] && TimeOf(oldest) > _job.UpdatedAt)
            {
                return false;
            }

            Take(ChangesIn(read), read.End);
            return true;
        }

        /// <summary>
        /// Where the next event is expected of which the job tells, behind what has been looked at; where that ends: none is.
        /// </summary>
        private async Task<long> ExpectedAsync()
        {
            foreach (DateTimeOffset time in _times.Where(time => time > _at.At))
            {
                if (await LocateAsync(time) is var expected && expected >= _at.Number)
                {
                    return expected;
                }
            }

            return _at.Number;
        }

        /// <summary>Whether nothing lies before it that was not found and may be there.</summary>
        private bool IsNext(JobChange change) =>
            change.Sequence == _at.Sequence + 1 || (_at.Sequence == 0 && change.Sequence - 1 == EventsBefore(_job, change.At));

        private void MoveTo(long number) => _at = _at with { Number = Math.Max(_at.Number, number) };

        private void Take(JobChange[] changes, long end)
        {
            JobChange[] taken = [.. changes.Where(change => change.Sequence > _at.Sequence).Take(ChangesMax - _found.Count)];
            _found.AddRange(taken);
            if (taken is [.., var last])
            {
                _at = _at with { Sequence = last.Sequence, At = last.At };
            }

            // Those that found no room are found there again.
            MoveTo(changes is [.., var newest] && newest.Sequence > _at.Sequence ? _at.Number : end);
        }

        private JobChange[] ChangesIn(OutboxRead read) =>
        [
            .. read.Entries.SelectMany(entry => entry.Events.Where(item => item.Job == _job.Id.Value)
                .Select(item => _changes.ChangeOf(entry, item))),
        ];

        private async Task<OutboxRead> LookAsync(long from, long to)
        {
            OutboxRead read = await _changes._reader.ReadAsync(_view.Between(from, to), from, EventsInOneLook, _stopping);
            _lookedAt += (int)(read.End - from);
            _bytes += read.Entries.Sum(entry => entry.Events.Sum(item => (long)item.CloudEvent.Length));
            return read;
        }

        /// <summary>
        /// The first document that was written at a time or after it, or one before it. Of what a former holder wrote, memory does not
        /// know when: some documents tell.
        /// </summary>
        private async Task<long> LocateAsync(DateTimeOffset time)
        {
            (long low, long high) = _changes._outbox.WrittenFrom(time);
            while (low < high && MayLook)
            {
                // One that cannot be read may be either: what is further to the left is surely no later.
                long middle = (low + high) / 2;
                (low, high) = await TimeOfAsync(middle) is { } at && at < time ? (middle + 1, high) : (low, middle);
            }

            return low;
        }

        private async Task<DateTimeOffset?> TimeOfAsync(long number)
        {
            if (!_timeOf.TryGetValue(number, out DateTimeOffset? time))
            {
                OutboxRead read = await LookAsync(number, number + 1);
                _timeOf[number] = time = read.Entries is [var entry, ..] ? TimeOf(entry) : null;
            }

            return time;
        }
    }
}
