using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary>
/// The UUID of one run of a job. It is made from the lease token, always the same from the same, so that nothing has to be kept; and it
/// gives the token away to nobody.
/// </summary>
internal static class RunId
{
    public static Guid Of(Lease lease)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(lease.Token), hash);

        // Version 8, "custom", and the variant of RFC 9562.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>The run id in the path.</summary>
    /// <exception cref="ProblemException">400: it is no UUID.</exception>
    public static Guid InPath(HttpContext http)
    {
        string text = RelayRequest.Segment(http, "runId");
        return Guid.TryParseExact(text, "D", out Guid id) || Guid.TryParseExact(text, "N", out id)
            ? id
            : throw new ProblemException(Problems.Malformed($"Invalid URL: Cannot parse `run_id` with value `{text}` to a `Uuid`"));
    }

    /// <summary>Whether this is the run that the job is in.</summary>
    public static bool IsCurrent(Guid id, Job job) => job.Lease is { } lease && Of(lease) == id;
}
