namespace JobOrchestrator.Simulation;

/// <summary>How often one kind of fault strikes in a world: in bursts, for a steady noise hides what needs a long calm.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Rate">With which probability each time that it can, in a burst.</param>
/// <param name="Burst">How long a burst lasts at most.</param>
/// <param name="Quiet">How long it is quiet at most.</param>
internal sealed record FaultPlan(FaultKind Kind, double Rate, TimeSpan Burst, TimeSpan Quiet);

/// <summary>A fault that strikes now.</summary>
/// <param name="Number">Names it: the kind, the process and which time it is.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Dice">For what is to be said of it.</param>
internal sealed record Strike(int Number, FaultKind Kind, Dice Dice)
{
    /// <summary>A line of the story.</summary>
    public string Line(string text) => $"fault {Number}: {text}";
}
