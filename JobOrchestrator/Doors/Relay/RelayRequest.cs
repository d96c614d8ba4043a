using System.Globalization;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay;

/// <summary>What relay's paths and queries say.</summary>
internal static class RelayRequest
{
    /// <summary>A segment of the path.</summary>
    public static string Segment(HttpContext http, string name) => PathName.Of(http, name);

    /// <summary>The queue and the id in the path.</summary>
    public static (string Queue, string Id) JobOf(HttpContext http) => (Segment(http, "queue"), Segment(http, "id"));

    /// <summary>A query parameter that has to be there.</summary>
    /// <exception cref="ProblemException">400: it is not.</exception>
    public static string Required(HttpContext http, string name) =>
        Query.Text(http.Request, name)
            ?? throw new ProblemException(Problems.Malformed($"Failed to deserialize query string: missing field `{name}`"));

    /// <summary>How many jobs are asked for; one when nothing is said.</summary>
    /// <exception cref="ProblemException">400: no number.</exception>
    public static uint NumJobs(HttpContext http) => Query.Text(http.Request, "num_jobs") switch
    {
        null => 1,
        { } text when uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) => number,
        _ => throw new ProblemException(Problems.Malformed("Failed to deserialize query string: num_jobs: invalid digit found in string")),
    };
}
