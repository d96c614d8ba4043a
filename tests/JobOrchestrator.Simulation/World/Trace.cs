using System.Numerics;

namespace JobOrchestrator.Simulation;

/// <summary>What kind of step.</summary>
internal enum StepKind
{
    /// <summary>A lane goes on where it waited.</summary>
    Continuation = 1,

    /// <summary>Something begins in a lane.</summary>
    Begin = 2,

    /// <summary>A timer has come due.</summary>
    Timer = 3,

    /// <summary>A request reaches the other end.</summary>
    Request = 4,

    /// <summary>An answer comes back.</summary>
    Answer = 5,

    /// <summary>The world does something to the lanes.</summary>
    World = 6,
}

/// <summary>One step as it is kept: by reference, for nearly all of them are never looked at.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">World time in ticks.</param>
/// <param name="Lane">Whose; null: the world's.</param>
/// <param name="Kind">What kind.</param>
/// <param name="Label">A text, or what goes on.</param>
internal readonly record struct Step(long Number, long At, Lane? Lane, StepKind Kind, object? Label);

/// <summary>One line of the story; the text is made when somebody reads it.</summary>
/// <param name="At">World time in ticks.</param>
/// <param name="Lane">Whose; null: the world's.</param>
/// <param name="Text">Its <see cref="object.ToString"/> is the line.</param>
internal readonly record struct Note(long At, Lane? Lane, object Text);

/// <summary>What has happened: the last steps and the last lines, and a hash of all steps.</summary>
internal sealed class Trace
{
    private const int Kept = 20_000;

    private readonly Step[] _steps = new Step[Kept];
    private readonly Queue<Note> _notes = new();

    /// <summary>How many steps there were.</summary>
    public long Count { get; private set; }

    /// <summary>Of time, lane, kind and label of each step: two runs with the same one went the same way.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Notes a step.</summary>
    /// <param name="at">World time in ticks.</param>
    /// <param name="lane">Whose.</param>
    /// <param name="kind">What kind.</param>
    /// <param name="label">A text, or the state with which a continuation was posted.</param>
    public void Add(long at, Lane? lane, StepKind kind, object? label)
    {
        Count++;
        _steps[Count % Kept] = new Step(Count, at, lane, kind, label);
        ulong mixed = (ulong)at * 0x9E3779B97F4A7C15UL ^ (ulong)(lane?.Number ?? 0) << 8 ^ (ulong)kind ^ HashOf(label);
        Hash = (BitOperations.RotateLeft(Hash, 23) ^ mixed) * 0xD6E8FEB86659FD93UL;
    }

    /// <summary>Notes a line of the story.</summary>
    public void Note(long at, Lane? lane, object text)
    {
        if (_notes.Count == Kept)
        {
            _notes.Dequeue();
        }

        _notes.Enqueue(new Note(at, lane, text));
    }

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyCollection<Note> Notes => _notes;

    /// <summary>The last steps, oldest first.</summary>
    public IEnumerable<Step> Steps()
    {
        for (long number = Math.Max(1, Count - Kept + 1); number <= Count; number++)
        {
            yield return _steps[number % Kept];
        }
    }

    /// <summary>What a step's label says, for a reader: the name of the method that goes on.</summary>
    public static string TextOf(object? label) => label as string ?? TypeOf(label)?.ToString() ?? "";

    private static ulong HashOf(object? label) =>
        label is string text ? Fingerprint.Of(text) : TypeOf(label) is { } type ? Fingerprint.Of(type) : 0;

    /// <summary>An awaiting method is posted as an action of its own box, whose type names its state machine.</summary>
    private static Type? TypeOf(object? label) => label is Delegate { Target: { } target } ? target.GetType() : label?.GetType();
}
