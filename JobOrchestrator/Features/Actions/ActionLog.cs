using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Actions;

/// <summary>
/// The last actions on many jobs and on queues, in this process' memory, and one line in the log for each. Everything that notes one, and
/// everything that tells of them, comes here. Thread-safe.
/// </summary>
/// <param name="randomness">For ids.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ActionLog(Randomness randomness, ILogger<ActionLog> logger)
{
    /// <summary>So many are kept.</summary>
    public const int Kept = 200;

    /// <summary>
    /// So much room, in some 200 bytes, is there for how to undo what was done, in all actions together: some 10 MB, or 50,000 jobs of
    /// which there is little to say.
    /// </summary>
    public const int StepsKept = 50_000;

    private const int WordsMax = 500;

    private readonly Lock _gate = new(); // guards the two below
    private readonly LinkedList<ActionRecord> _newestFirst = [];
    private readonly Dictionary<Guid, ActionRecord> _byId = [];

    /// <summary>That of a request.</summary>
    public static ActionLog Of(HttpContext http) => http.RequestServices.GetRequiredService<ActionLog>();

    /// <summary>The last ones, the newest first.</summary>
    public IReadOnlyList<ActionRecord> Last
    {
        get
        {
            lock (_gate)
            {
                return [.. _newestFirst];
            }
        }
    }

    /// <summary>One of the last ones; null: it is none of them.</summary>
    public ActionRecord? Find(Guid id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>An id for an action at this time.</summary>
    public Guid NewId(DateTimeOffset now) => JobId.Create(now, 0, randomness.Next()).Value;

    /// <summary>Keeps an action that begins.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="told">What was asked.</param>
    /// <returns>The action; the one that is there where the id is known.</returns>
    public ActionRecord Begin(Guid id, ActionTold told)
    {
        var begun = new ActionRecord(id, told);
        lock (_gate)
        {
            if (!_byId.TryAdd(id, begun))
            {
                return _byId[id];
            }

            _newestFirst.AddFirst(begun);
            while (_newestFirst.Count > Kept)
            {
                _byId.Remove(_newestFirst.Last!.Value.Id);
                _newestFirst.RemoveLast();
            }
        }

        return begun;
    }

    /// <summary>Keeps an action that is done, and tells the log.</summary>
    /// <param name="told">What was asked.</param>
    /// <param name="done">How many jobs it changed.</param>
    /// <param name="skipped">How many jobs it left, by the reason; null: none.</param>
    /// <param name="steps">How it is undone; null: there is nothing to say.</param>
    public ActionRecord Note(
        ActionTold told, int done = 0, IReadOnlyDictionary<string, int>? skipped = null, IReadOnlyCollection<UndoStep>? steps = null)
    {
        ActionRecord record = Begin(NewId(told.At), told);
        record.Add(done, skipped ?? new Dictionary<string, int>(), steps ?? [], told.At);
        record.End();
        BoundSteps();
        Tell(record);
        return record;
    }

    /// <summary>Forgets how to undo the oldest actions, until that takes no more room than <see cref="StepsKept"/>.</summary>
    public void BoundSteps()
    {
        int steps = 0;
        foreach (ActionRecord record in Last)
        {
            steps += record.StepsWeight;
            if (steps > StepsKept)
            {
                record.LoseSteps();
            }
        }
    }

    /// <summary>Tells the log of an action, once: what people wrote comes last, so that it cannot pass for what was done.</summary>
    public void Tell(ActionRecord record)
    {
        ActionStanding standing = record.Standing;
        ActionTold told = standing.Told;
        LogAction(
            logger,
            standing.Id,
            told.Published is { Now: var kinds } ? $"{told.Action.Word()} {Words.InALine(kinds)}" : told.Action.Word(),
            told.Matched is { } matched ? matched : "-",
            standing.Done,
            standing.Skipped.Values.Sum(),
            OneLine(told.By) ?? "anyone",
            OneLine(told.Queue) ?? "-",
            OneLine(told.Query) ?? "-",
            OneLine(told.Reason) ?? "-");
    }

    private static string? OneLine(string? text) => text is null ? null : ErrorText.OneLine(text, WordsMax);

    [LoggerMessage(
        1_030,
        LogLevel.Information,
        "Action {Id}: {Action}; {Matched} matched, {Done} done, {Skipped} skipped by the end of its first request; by {By}, "
            + "queue {Queue}, query {Query}, reason {Reason}")]
    private static partial void LogAction(
        ILogger logger,
        Guid id,
        string action,
        object matched,
        int done,
        int skipped,
        string by,
        string queue,
        string query,
        string reason);
}
