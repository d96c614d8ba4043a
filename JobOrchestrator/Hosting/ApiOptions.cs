using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>The limits of the HTTP side; section <c>Api</c> of the configuration.</summary>
public sealed class ApiOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Api";

    /// <summary>Most bytes of one value of the callers: an input, a state, a result, an error's detail. 256 KiB; over it: 413.</summary>
    /// <remarks>500,000 at most: a job's four values, each doubled by its escapes, have to fit the 4 MiB that a sidecar takes.</remarks>
    [Range(1, 500_000)]
    public int ValueBytesMax { get; set; } = 256 * 1024;

    /// <summary>Most bytes of a request about one job. 1 MiB, room for two values and their surroundings; over it: 413.</summary>
    [Range(1_024, 64 * 1024 * 1024)]
    public int BodyBytesMax { get; set; } = 1024 * 1024;

    /// <summary>Most bytes of a request about many jobs (batch, report). 16 MiB; over it: 413.</summary>
    [Range(1_024, 256 * 1024 * 1024)]
    public int BatchBytesMax { get; set; } = 16 * 1024 * 1024;

    /// <summary>Most jobs in one batch and most reports in one request. 10,000; over it: 413.</summary>
    [Range(1, 100_000)]
    public int BatchItemsMax { get; set; } = 10_000;

    /// <summary>Longest wait that is granted to a caller or a worker, in seconds. 60.</summary>
    [Range(0, 3_600)]
    public int WaitSecondsMax { get; set; } = 60;

    /// <summary>Most jobs that one lease hands out. 1,000; over it: 422.</summary>
    [Range(1, 10_000)]
    public int LeaseJobsMax { get; set; } = 1_000;

    /// <summary>
    /// A lease of several jobs stops before their documents exceed this, so that a thousand large ones do not come at once. 8 MiB.
    /// </summary>
    [Range(1_024, 256 * 1024 * 1024)]
    public int LeaseBytesMax { get; set; } = 8 * 1024 * 1024;

    /// <summary>Entries of a page when the caller does not say. 100.</summary>
    [Range(1, 1_000)]
    public int PageSize { get; set; } = 100;

    /// <summary>Most entries of a page; who asks for more gets these. 1,000.</summary>
    [Range(1, 10_000)]
    public int PageSizeMax { get; set; } = 1_000;

    /// <summary>
    /// Finished jobs that one purge or replay looks at, whatever it finds: it says then where the next request goes on. 20,000.
    /// </summary>
    [Range(100, 10_000_000)]
    public int LooksMax { get; set; } = 20_000;

    /// <summary>Seconds between two signs of life on an event stream, by which both ends notice a dead connection. 15.</summary>
    [Range(1, 300)]
    public int StreamHeartbeatSeconds { get; set; } = 15;

    /// <summary>Most event streams that are open at one time; beyond, 429. 2,000.</summary>
    [Range(1, 1_000_000)]
    public int StreamsMax { get; set; } = 2_000;

    /// <summary>Most event streams of one key; beyond, 429. 1,000.</summary>
    [Range(1, 1_000_000)]
    public int StreamsPerKeyMax { get; set; } = 1_000;

    /// <summary>
    /// Most requests that wait at one time (long polls, leases); beyond, 429, and a submission is answered at once. 20,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int WaitsMax { get; set; } = 20_000;

    /// <summary>Most waiting requests of one key; beyond, as above. 10,000.</summary>
    [Range(1, 1_000_000)]
    public int WaitsPerKeyMax { get; set; } = 10_000;

    /// <summary>
    /// Most bytes of the bodies of all requests that are under way, those over 16 KB counted, and half of them one key's; beyond, 429.
    /// 256 MiB. A body counts as what has come of it, so that nobody holds room by announcing much.
    /// </summary>
    [Range(1_048_576, int.MaxValue)]
    public int BodiesBytesMax { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// Most bytes of all answers that are being read, those over 64 KB counted, and half of them one key's; beyond, a list, a page of the
    /// feed or a job that is as large is 429, and what has been done is answered all the same. 256 MiB.
    /// </summary>
    [Range(1_048_576, int.MaxValue)]
    public int AnswersBytesMax { get; set; } = 256 * 1024 * 1024;

    /// <summary>Seconds in which a body has to arrive, so that nobody holds room by never coming to an end; over it: 408. 60.</summary>
    [Range(1, 3_600)]
    public int BodySecondsMax { get; set; } = 60;

    /// <summary>
    /// What becomes of a member or query parameter that is not known, or is said twice: it is refused (422, 400), told of in the log and
    /// ignored (of two the last counts), or only ignored. <c>Refuse</c>.
    /// </summary>
    [EnumDataType(typeof(UnknownMembers))]
    public UnknownMembers UnknownMembers { get; set; } = UnknownMembers.Refuse;

    /// <summary>
    /// True: <c>X-Forwarded-Proto</c>, <c>-Host</c> and <c>-For</c> are believed, whoever sends them. Only behind a proxy that sets them.
    /// </summary>
    public bool TrustForwardedHeaders { get; set; }

    /// <summary>
    /// Origins, such as <c>https://jobs.example.com</c>, whose pages may call from a browser (CORS) and change something; <c>*</c>: all,
    /// which excludes <see cref="Keys"/>. Empty: only the service's own pages. As one text: separated by commas or semicolons.
    /// </summary>
    public IList<string> Origins { get; } = [];

    /// <summary>The job types that may be submitted; others are 422. Empty: any.</summary>
    public IList<string> Types { get; } = [];

    /// <summary>Who may call. Empty, and without <see cref="Jwt"/>: everyone.</summary>
    [ValidateEnumeratedItems]
    public IList<ApiKeyOptions> Keys { get; } = [];

    /// <summary>Tokens of an authority that are taken beside keys.</summary>
    public JwtOptions Jwt { get; } = new();

    /// <summary>Whether callers have to say who they are; otherwise everyone is let in.</summary>
    internal bool AsksWhoCalls => Keys.Count > 0 || Jwt.IsOn;
}

/// <summary>What becomes of a member or parameter that is not known, or is said twice.</summary>
public enum UnknownMembers
{
    /// <summary>The request is refused, and nothing is done.</summary>
    Refuse = 1,

    /// <summary>It is ignored, and the log tells of it once.</summary>
    Warn = 2,

    /// <summary>It is ignored.</summary>
    Ignore = 3,
}

/// <summary>Checks <see cref="ApiOptions"/> at the start.</summary>
[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;
