namespace JobOrchestrator.Simulation;

/// <summary>Whether what runs serves a request or is a loop of its process: it goes with the flow of calls, whatever they await.</summary>
internal static class Serving
{
    private static readonly AsyncLocal<bool> Here = new();

    /// <summary>Set where a request begins; a loop that a request wakes goes on as what it is.</summary>
    public static bool IsHere
    {
        get => Here.Value;
        set => Here.Value = value;
    }
}
