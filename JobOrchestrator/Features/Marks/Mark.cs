using System.Text.Json.Serialization;

namespace JobOrchestrator.Features.Marks;

/// <summary>Something that happened at a time, for whoever looks at plots and asks what changed just before.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Text">A line for people.</param>
/// <param name="By">Whose key it was; null: that is not known, or nobody's.</param>
/// <param name="Queue">The queue that it is about; null: all of it.</param>
/// <param name="Detail">What else there is to say to those who operate what it is about, such as a reason; null: nothing.</param>
internal sealed record Mark(DateTimeOffset At, MarkKind Kind, string Text, string? By, string? Queue, string? Detail = null)
{
    /// <summary>How long its texts are together.</summary>
    [JsonIgnore]
    public int Characters => Text.Length + (By?.Length ?? 0) + (Queue?.Length ?? 0) + (Detail?.Length ?? 0);

    /// <summary>For those who operate what it is about.</summary>
    public Mark InFull() => Detail is null ? this : this with { Text = $"{Text}: {Detail}" };

    /// <summary>For others: names of keys, reasons and what was looked for are not theirs to know.</summary>
    public Mark InBrief() => this with { By = null };
}

/// <summary>What a mark is.</summary>
internal enum MarkKind
{
    /// <summary>Somebody has set it.</summary>
    Mark = 1,

    /// <summary>A queue was paused.</summary>
    Pause = 2,

    /// <summary>A queue was resumed.</summary>
    Resume = 3,

    /// <summary>Something was done to many jobs.</summary>
    Action = 4,

    /// <summary>A worker came with another version.</summary>
    Version = 5,
}
