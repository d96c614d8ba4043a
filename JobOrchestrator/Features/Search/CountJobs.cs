using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Search;

/// <summary><c>GET /jobs/count</c>: how many jobs a query finds. It stops at 10,000 or after 0.3 s, and says so.</summary>
internal static class CountJobs
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        var search = SearchRequest.Read(http, api);
        JobCount count = await JobCount.OfAsync(api.Shards, search, api.Time, JobCount.Within, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, count, Write);
    }

    private static void Write(Utf8JsonWriter writer, JobCount count)
    {
        writer.WriteStartObject();
        writer.WriteNumber("count"u8, count.Count);
        WriteMore(writer, count);
        writer.WriteEndObject();
    }

    /// <summary>What is told of a count beside the number itself.</summary>
    public static void WriteMore(Utf8JsonWriter writer, JobCount count)
    {
        writer.WriteBoolean("exact"u8, count.IsExact);
        writer.WriteString("asOf"u8, count.AsOf.UtcDateTime);
        writer.WriteStartObject("byPhase"u8);
        foreach ((JobPhase phase, int jobs) in count.ByPhase)
        {
            writer.WriteNumber(Words.Of(phase), jobs);
        }

        writer.WriteEndObject();
        writer.WriteInstant("oldest"u8, count.Oldest);
        writer.WriteInstant("newest"u8, count.Newest);
    }
}
