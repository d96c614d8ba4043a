using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>What stands around everything that is logged during an attempt: members for machines, one line for people.</summary>
internal sealed class AttemptScope(string jobId, string? jobType, int attempt) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _members =
        [new("JobId", jobId), new("JobType", jobType), new("Attempt", attempt)];

    public int Count => _members.Length;

    public KeyValuePair<string, object?> this[int index] => _members[index];

    /// <summary>Begins the scope; null when the log cannot, which is no reason not to go on.</summary>
    public static IDisposable? Begin(ILogger logger, Job job, string? jobType)
    {
        try
        {
            return logger.BeginScope(new AttemptScope(job.Id, jobType, job.Attempt));
        }
        catch (Exception)
        {
            return null;
        }
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"JobId:{jobId}, JobType:{jobType}, Attempt:{attempt}");

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _members.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
