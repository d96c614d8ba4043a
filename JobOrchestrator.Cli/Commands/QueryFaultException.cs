using JobOrchestrator.Search;

namespace JobOrchestrator.Cli;

#pragma warning disable CA1032 // Thrown here alone, always with its places.

/// <summary>
/// What was typed is no query: said with the place of each fault, and the program ends with <see cref="ExitCode.Usage"/>.
/// </summary>
/// <param name="query">What was typed.</param>
/// <param name="errors">What is wrong, in the order of the text.</param>
internal sealed class QueryFaultException(string query, IReadOnlyList<JobQueryError> errors) : Exception(TextOf(errors[0]))
{
    // A text that is nothing but faults says no more with the twentieth.
    private const int ToldMax = 4;

    /// <summary>Says the faults, each with the query and a mark below its place.</summary>
    public void Tell(Messages messages)
    {
        foreach (JobQueryError error in errors.Take(ToldMax))
        {
            messages.Fail(TextOf(error));
            messages.Point(query, error.At, error.Length);
        }

        if (errors.Count > ToldMax)
        {
            messages.Fail($"{errors.Count - ToldMax} more.");
        }
    }

    private static string TextOf(JobQueryError error) =>
        error.Suggestion is { } meant && !error.Message.Contains(meant, StringComparison.Ordinal)
            ? $"{error.Message} Did you mean {meant}?"
            : error.Message;
}

#pragma warning restore CA1032
