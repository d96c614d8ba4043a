using System.Globalization;

namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.StatsAsync(JobStatsQuery?, CancellationToken)"/>
    Task<JobStats> StatsAsync(JobStatsQuery? query = null, CancellationToken cancellationToken = default);
}

/// <content>What happened over time.</content>
public sealed partial class JobOperations
{
    /// <summary>What jobs did over time, by steps.</summary>
    /// <param name="query">What of it; submitted, started and finished of the last hour when null.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">400 or 422: that cannot be asked; 403: it is beyond what the caller sees.</exception>
    public Task<JobStats> StatsAsync(JobStatsQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new JobStatsQuery();
        DateTimeOffset? from = query.Window is { } window && query.To is { } to ? to - window : query.From;
        string path = "stats" + JobClient.QueryOf(
            ("m", string.Join(',', query.Metrics)),
            ("by", query.By),
            ("queue", query.Queue),
            ("type", query.Type),
            ("owner", query.Owner),
            ("from", from is null && query.Window is { } age ? $"-{Seconds(age)}s" : JobClient.InstantOf(from)),
            ("to", JobClient.InstantOf(query.To)),
            ("step", query.Step is { } step ? Seconds(step) : null));
        return CallAsync(() => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.JobStats, cancellationToken);
    }

    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
}
