namespace JobOrchestrator.Sdk;

/// <summary>What the orchestrator takes as the name of a queue or of a type of job.</summary>
internal static class QueueName
{
    private const int LengthMax = 256;

    /// <summary>Why it is no name; null when it is one.</summary>
    public static string? Fault(string? name) => name switch
    {
        null => "there is none",
        _ when string.IsNullOrWhiteSpace(name) => "it is empty",
        { Length: > LengthMax } => $"it is longer than {LengthMax} characters",
        _ when name.Any(char.IsControl) => "it holds control characters",
        _ when !WholeText.IsWhole(name) => "it holds half of a surrogate pair",
        _ => null,
    };

    /// <exception cref="ArgumentException">No queue can have this name.</exception>
    public static void Check(string? queue, string parameter)
    {
        if ((queue is "." or ".." ? "no address names it" : Fault(queue)) is { } fault)
        {
            throw new ArgumentException($"\"{queue}\" cannot be the name of a queue: {fault}.", parameter);
        }
    }
}
