using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Actions;

/// <summary>What somebody asked to be done.</summary>
/// <param name="Action">What.</param>
/// <param name="At">When.</param>
/// <param name="By">Whose key asked; null: there are no keys.</param>
internal sealed record ActionTold(JobAction Action, DateTimeOffset At, string? By)
{
    /// <summary>The owner to which that key is bound; null: to none.</summary>
    public string? ByOwner { get; init; }

    /// <summary>Who asked, told from others of the same name, which people with tokens may choose; null: there are no keys.</summary>
    public string? Account { get; init; }

    /// <summary>What a caller asks for now.</summary>
    public static ActionTold Of(JobAction action, DateTimeOffset at, Caller caller) =>
        new(action, at, caller.Name) { ByOwner = caller.Owner, Account = caller.Account };

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Which jobs; null: it was not done by a query.</summary>
    public string? Query { get; init; }

    /// <summary>The queue that was paused, resumed, run again or purged, whose events were chosen, or to which jobs went.</summary>
    public string? Queue { get; init; }

    /// <summary>The labels that were set, and by null taken away.</summary>
    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    /// <summary>The kinds of the queue's events that are published since, and those that were before; null: none were chosen.</summary>
    public (EventKinds Now, EventKinds Before)? Published { get; init; }

    /// <summary>How many jobs were counted before; null: none were.</summary>
    public int? Matched { get; init; }

    /// <summary>The action that it undid.</summary>
    public Guid? UndoOf { get; init; }

    /// <summary>What tells it from other requests with the same id.</summary>
    public string Mark { get; init; } = "";

    /// <summary>A few words for people.</summary>
    public string InBrief => string.Create(CultureInfo.InvariantCulture, $"{Action.Word()}, {Matched ?? 0} matched");

    /// <summary>The query, of so many characters at most; null: there is none.</summary>
    public string? QueryOf(int lengthMax) => Query is not { } query || query.Length <= lengthMax
        ? Query
        : query[..(lengthMax - (char.IsHighSurrogate(query[lengthMax - 2]) ? 2 : 1))] + "…";

    /// <summary>Whether it was done to a queue, which those who look at the queue are told.</summary>
    public bool IsOfQueue => Queue is not null && Query is null;
}

/// <summary>One action, and what has come of it until now. Thread-safe.</summary>
/// <param name="id">Its id.</param>
/// <param name="told">What was asked.</param>
internal sealed class ActionRecord(Guid id, ActionTold told)
{
    private readonly Lock _gate = new(); // guards all below
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);
    private readonly List<UndoStep> _steps = [];
    private int _done;
    private bool _isOver;
    private bool _stepsAreLost;
    private Guid? _undoneBy;
    private DateTimeOffset _lastAt = told.At;

    public Guid Id { get; } = id;

    public ActionTold Told { get; } = told;

    /// <summary>How much room the steps take that are kept to undo it.</summary>
    public int StepsWeight
    {
        get
        {
            lock (_gate)
            {
                return _steps.Sum(step => step.Weight);
            }
        }
    }

    /// <summary>How many steps are kept to undo it.</summary>
    public int Steps
    {
        get
        {
            lock (_gate)
            {
                return _steps.Count;
            }
        }
    }

    /// <summary>Adds what was done.</summary>
    /// <param name="done">How many jobs it changed.</param>
    /// <param name="skipped">How many it left, by the reason.</param>
    /// <param name="steps">How that is undone.</param>
    /// <param name="at">When.</param>
    public void Add(int done, IReadOnlyDictionary<string, int> skipped, IReadOnlyCollection<UndoStep> steps, DateTimeOffset at)
    {
        lock (_gate)
        {
            _done += done;
            foreach ((string reason, int jobs) in skipped)
            {
                _skipped[reason] = _skipped.GetValueOrDefault(reason) + jobs;
            }

            _lastAt = at;
            if (!_stepsAreLost)
            {
                _steps.AddRange(steps);
            }
        }
    }

    /// <summary>All is done.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
        }
    }

    /// <summary>Forgets how to undo it, which takes room.</summary>
    /// <param name="areUnknown">Others were never known here: they died with the process that began it.</param>
    public void LoseSteps(bool areUnknown = false)
    {
        lock (_gate)
        {
            _stepsAreLost |= areUnknown || _steps.Count > 0;
            _steps.Clear();
            _steps.TrimExcess();
        }
    }

    /// <summary>Takes some of the steps to undo it, the last first.</summary>
    public IReadOnlyList<UndoStep> TakeSteps(int max)
    {
        lock (_gate)
        {
            int from = Math.Max(0, _steps.Count - max);
            UndoStep[] taken = [.. _steps.Skip(from)];
            _steps.RemoveRange(from, taken.Length);
            return taken;
        }
    }

    /// <summary>Puts steps back that were not tried.</summary>
    public void PutBack(IEnumerable<UndoStep> steps)
    {
        lock (_gate)
        {
            _steps.AddRange(steps);
        }
    }

    /// <summary>Notes which action undid it, unless another has.</summary>
    /// <returns>The one that did.</returns>
    public Guid UndoneBy(Guid undo)
    {
        lock (_gate)
        {
            return _undoneBy ??= undo;
        }
    }

    /// <summary>How it stands.</summary>
    public ActionStanding Standing
    {
        get
        {
            lock (_gate)
            {
                return new ActionStanding(Id, Told, _done, new SortedDictionary<string, int>(_skipped, StringComparer.Ordinal))
                {
                    IsOver = _isOver,
                    LastAt = _lastAt,
                    UndoneBy = _undoneBy,
                    NoUndo = WhyNoUndo(),
                };
            }
        }
    }

    private string? WhyNoUndo() => Told.Action switch
    {
        JobAction.Undo => "It is an undo itself.",
        JobAction.Cancel => "Cancelled jobs stay so; a retry runs them again.",
        JobAction.Purge => "What was purged is gone.",
        _ when _stepsAreLost =>
            "The service no longer knows which jobs it changed: it was too many, or too long ago, or before it began anew.",
        _ when _undoneBy is { } undo && _steps.Count == 0 => $"It was undone by action {undo}.",
        JobAction.Pause or JobAction.Resume or JobAction.Publish => null,
        _ when _steps.Count == 0 => "It changed nothing.",
        _ => null,
    };

    /// <summary>Whether a caller may know of it: its own, whose queue it sees, or who operates every queue.</summary>
    public bool IsFor(Caller caller) =>
        caller.MayOperateAll || IsBy(caller) || (Told.IsOfQueue && caller.MaySeeQueue(Told.Queue!));

    /// <summary>Whether it is a caller's own.</summary>
    public bool IsBy(Caller caller) =>
        Told.Account == caller.Account && Told.ByOwner == caller.Owner && (Told.Account is not null || !caller.IsBound);
}

/// <summary>How an action stands at a moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Told">What was asked.</param>
/// <param name="Done">How many jobs it has changed.</param>
/// <param name="Skipped">How many it has left, by the reason.</param>
internal sealed record ActionStanding(Guid Id, ActionTold Told, int Done, IReadOnlyDictionary<string, int> Skipped)
{
    /// <summary>Nothing more is to come.</summary>
    public bool IsOver { get; init; }

    /// <summary>When it last did something.</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>The action that undid it.</summary>
    public Guid? UndoneBy { get; init; }

    /// <summary>Why it cannot be undone; null: it can.</summary>
    public string? NoUndo { get; init; }
}
