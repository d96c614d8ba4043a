namespace JobOrchestrator.Core;

/// <summary>How far a worker says it is.</summary>
/// <param name="Percent">0 to 100, or null when unknown.</param>
/// <param name="Message">One line for people.</param>
public sealed record Progress(double? Percent, string? Message)
{
    /// <summary>The same of a job that has completed: all of it is done, where anybody ever said how much is.</summary>
    public Progress ToDone() => Percent is null ? this : this with { Percent = 100 };

    /// <summary>This, with what it leaves out as it was before.</summary>
    public Progress Over(Progress? before) => new(Percent ?? before?.Percent, Message ?? before?.Message);
}
