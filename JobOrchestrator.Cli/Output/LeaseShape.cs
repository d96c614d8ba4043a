using System.Text.Json.Nodes;
using JobOrchestrator.Sdk;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>How leased jobs are written: the job with its lease token, and the lines that end it.</summary>
internal static class LeaseShape
{
    public static Shape<JobLease> Leases { get; } = new(Json, static lease => lease.Job.Id, Table);

    private static string Json(JobLease lease, bool isIndented)
    {
        JsonObject job = JsonNode.Parse(CliJson.Text(lease.Job))!.AsObject();
        job["leaseToken"] = lease.Token;
        if (lease.ExpiresAt is { } expires)
        {
            job["leaseExpiresAt"] = expires.UtcDateTime;
        }

        return CliJson.Text<JsonNode>(job, isIndented);
    }

    private static Rows Table(Screen screen, IReadOnlyList<JobLease> leases) => new(leases.SelectMany(lease => Parts(screen, lease)));

    private static IEnumerable<IRenderable> Parts(Screen screen, JobLease lease)
    {
        string end = lease.ExpiresAt is { } expires ? $", {Durations.InWords(expires - screen.Now)} without a heartbeat" : "";
        yield return JobShape.Jobs.One!(screen, lease.Job);
        yield return screen.Faint($"  The lease is yours{end}. One of:");
        foreach (string line in new[] { "complete", "heartbeat", "release" })
        {
            yield return screen.Cell($"  jobs {line} {lease.Job.Id} --token {lease.Token}");
        }

        yield return screen.Cell($"  jobs fail {lease.Job.Id} --token {lease.Token} \"what went wrong\"");
    }
}
