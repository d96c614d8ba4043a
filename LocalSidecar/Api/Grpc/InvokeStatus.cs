using System.Globalization;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace LocalSidecar.Api.Grpc;

/// <summary>An app's refusal over HTTP as gRPC's: the status as a code, the body in the details.</summary>
internal static class InvokeStatus
{
    // As daprd cuts it.
    private const int BodyBytesMax = 63;

    public static RpcException Of(int status, byte[] body)
    {
        string reason = ReasonOf(status);
        return RpcFailure.With(CodeOf(status), reason, [RpcFailure.Info(reason, new Dictionary<string, string>
        {
            ["http.code"] = status.ToString(CultureInfo.InvariantCulture),
            ["http.error_message"] = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, BodyBytesMax))),
        })]);
    }

    private static StatusCode CodeOf(int status) => status switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        408 => StatusCode.Cancelled,
        409 => StatusCode.AlreadyExists,
        429 => StatusCode.ResourceExhausted,
        501 => StatusCode.Unimplemented,
        503 => StatusCode.Unavailable,
        504 => StatusCode.DeadlineExceeded,
        _ => StatusCode.Unknown,
    };

    /// <summary>The phrase for a status as Go has them; empty for one that it does not know.</summary>
    private static string ReasonOf(int status) => status switch
    {
        413 => "Request Entity Too Large",
        414 => "Request URI Too Long",
        416 => "Requested Range Not Satisfiable",
        425 => "Too Early",
        419 or 499 => "",
        _ => ReasonPhrases.GetReasonPhrase(status),
    };
}
