using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.ListPageAsync(JobFilter?, int, string?, CancellationToken)"/>
    Task<JobPage> ListPageAsync(
        JobFilter? filter = null, int limit = 100, string? cursor = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.CountAsync(string, CancellationToken)"/>
    Task<JobCount> CountAsync(string query, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.CountAsync(string, string?, CancellationToken)"/>
    Task<JobCount> CountAsync(string query, string? timeZone, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.SuggestAsync(string, int?, CancellationToken)"/>
    Task<JobSuggestions> SuggestAsync(string query, int? at = null, CancellationToken cancellationToken = default);
}

/// <content>Finding jobs.</content>
public sealed partial class JobOperations
{
    private const string LookedBackTo = "Jobs-Looked-Back-To";

    /// <summary>One page of a list, for those who show pages; <see cref="JobClient.ListAsync"/> brings one job after the other.</summary>
    /// <param name="filter">Which jobs; all when null. Its <see cref="JobFilter.PageSize"/> does not count here.</param>
    /// <param name="limit">Most jobs in the page.</param>
    /// <param name="cursor"><see cref="JobPage.Next"/> of the page before; null: from the beginning.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">
    /// 400: the query is none, and the problem's <see cref="JobProblem.QueryErrors"/> say what is wrong where; 422: it is too broad.
    /// </exception>
    public async Task<JobPage> ListPageAsync(
        JobFilter? filter = null, int limit = 100, string? cursor = null, CancellationToken cancellationToken = default)
    {
        string path = JobClient.ListPath(filter ?? new JobFilter(), limit, cursor);
        using HttpResponseMessage response = await _api.SendAsync(
            () => JobApi.Request(HttpMethod.Get, path), TimeSpan.Zero, cancellationToken);
        return response.IsSuccessStatusCode
            ? new JobPage(
                await JobApi.ReadAsync(response, WireJson.Wire.ListJob, cancellationToken),
                CursorOf(LinkHeader.Next(response, "jobs", path)),
                LookedBackToOf(response))
            : throw await JobApi.RefusalAsync(response, cancellationToken);
    }

    /// <summary>How many jobs a query finds.</summary>
    /// <param name="query">The query; an empty one finds all.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">
    /// 400: the query is none, and the problem's <see cref="JobProblem.QueryErrors"/> say what is wrong where; 422: it is too broad.
    /// </exception>
    public Task<JobCount> CountAsync(string query, CancellationToken cancellationToken = default) =>
        CountAsync(query, null, cancellationToken);

    /// <summary>How many jobs a query finds.</summary>
    /// <param name="query">The query; an empty one finds all.</param>
    /// <param name="timeZone">The time zone of days in it, such as Europe/Berlin; UTC when null.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">
    /// 400: the query is none, and the problem's <see cref="JobProblem.QueryErrors"/> say what is wrong where; 422: it is too broad.
    /// </exception>
    public Task<JobCount> CountAsync(string query, string? timeZone, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        string path = "jobs/count" + JobClient.QueryOf(("q", query), ("tz", timeZone));
        return CallAsync(() => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.JobCount, cancellationToken);
    }

    /// <summary>How a query may go on: fields, words, and values of live jobs that this client sees.</summary>
    /// <param name="query">The query so far.</param>
    /// <param name="at">The place in it, in UTF-16 code units from 0; its end when null.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    public Task<JobSuggestions> SuggestAsync(string query, int? at = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        string path = "search/suggest" + JobClient.QueryOf(("q", query), ("at", at?.ToString(CultureInfo.InvariantCulture)));
        return CallAsync(() => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.JobSuggestions, cancellationToken);
    }

    private static string? CursorOf(string? next) =>
        next is null ? null : QueryHelpers.ParseQuery(next[next.IndexOf('?', StringComparison.Ordinal)..])["cursor"].ToString();

    private static DateTimeOffset? LookedBackToOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(LookedBackTo, out IEnumerable<string>? values)
        && DateTimeOffset.TryParse(
            values.First(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant)
            ? instant
            : null;
}
