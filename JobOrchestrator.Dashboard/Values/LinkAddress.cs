using System.Text.RegularExpressions;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>An address of another page about a job, with what the job has in the places that it names.</summary>
internal static partial class LinkAddress
{
    /// <summary>The address; null: the job lacks something that it needs.</summary>
    /// <param name="pattern">
    /// With <c>{id}</c>, <c>{externalId}</c>, <c>{type}</c>, <c>{queue}</c>, <c>{owner}</c>, <c>{traceId}</c>, <c>{label.x}</c>.
    /// </param>
    /// <param name="job">The job.</param>
    public static string? Of(string pattern, Job job)
    {
        bool isWhole = true;
        string address = Place().Replace(pattern, place =>
        {
            string? value = ValueOf(place.Groups["name"].Value, job);
            isWhole &= !string.IsNullOrEmpty(value);
            return Uri.EscapeDataString(value ?? "");
        });
        return isWhole ? address : null;
    }

    /// <summary>The address with something in every place, to see whether it can be one.</summary>
    public static string Filled(string pattern) => Place().Replace(pattern, "0");

    /// <summary>Whether every place is one that a job may fill.</summary>
    public static bool IsKnown(string pattern) => Place().Matches(pattern).Select(place => place.Groups["name"].Value).All(name =>
        name is "id" or "externalId" or "type" or "queue" or "owner" or "traceId" || name.StartsWith("label.", StringComparison.Ordinal));

    /// <summary>Of <c>00-{32 digits}-…</c>; null: it is written otherwise, or there is none.</summary>
    public static string? TraceOf(Job job) =>
        job.Traceparent?.Split('-') is [_, { Length: 32 } id, ..] && id.All(char.IsAsciiHexDigit) ? id : null;

    private static string? ValueOf(string name, Job job) => name switch
    {
        "id" => job.Id,
        "externalId" => job.ExternalId,
        "type" => job.Type,
        "queue" => job.Queue,
        "owner" => job.Owner,
        "traceId" => TraceOf(job),
        _ => name.StartsWith("label.", StringComparison.Ordinal) ? job.Labels.GetValueOrDefault(name["label.".Length..]) : null,
    };

    [GeneratedRegex(@"\{(?<name>[^{}]*)\}")]
    private static partial Regex Place();
}
