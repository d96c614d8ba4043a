using System.Globalization;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>The program that jobs are worked by, and its arguments with what stands for the job in them.</summary>
/// <param name="words">The program, then its arguments.</param>
internal sealed class ProgramLine(IReadOnlyList<string> words)
{
    /// <summary>The program.</summary>
    public string Program => words[0];

    /// <summary>Its arguments for a job. Each stays one argument whatever the job says: no shell reads them.</summary>
    /// <param name="job">The job.</param>
    /// <param name="input">Its input as JSON.</param>
    public IEnumerable<string> ArgumentsFor(Job job, string input) => words.Skip(1).Select(word => word switch
    {
        "{}" => input,
        "{id}" => job.Id,
        "{type}" => job.Type ?? "",
        "{attempt}" => job.Attempt.ToString(CultureInfo.InvariantCulture),
        _ => word,
    });
}
