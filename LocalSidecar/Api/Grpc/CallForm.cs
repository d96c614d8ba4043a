using System.Globalization;
using Grpc.Core;

namespace LocalSidecar.Api.Grpc;

/// <summary>What makes an HTTP/2 request a call over gRPC.</summary>
internal static class CallForm
{
    private const string ContentType = "application/grpc";

    /// <summary>What is wrong with a request, in the words of gRPC for Go, with HTTP's status for it; null when it is a call.</summary>
    public static (int HttpStatus, Status Status)? ProblemOf(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method))
        {
            return (StatusCodes.Status405MethodNotAllowed, new Status(
                StatusCode.Internal, $"Received a HEADERS frame with :method \"{request.Method}\" which should be POST"));
        }

        string type = request.ContentType ?? "";
        if (!type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
            || (type.Length > ContentType.Length && type[ContentType.Length] is not ('+' or ';')))
        {
            return (StatusCodes.Status415UnsupportedMediaType, new Status(
                StatusCode.InvalidArgument, $"invalid gRPC request content-type \"{type}\""));
        }

        return request.Headers["grpc-timeout"].ToString() is { Length: > 0 } timeout ? TimeoutProblem(timeout) : null;
    }

    private static (int HttpStatus, Status Status)? TimeoutProblem(string timeout)
    {
        if (timeout.Length < 2)
        {
            return Malformed($"transport: timeout string is too short: \"{timeout}\"");
        }

        if (timeout.Length > 9)
        {
            return Malformed($"transport: timeout string is too long: \"{timeout}\"");
        }

        if (timeout[^1] is not ('H' or 'M' or 'S' or 'm' or 'u' or 'n'))
        {
            return Malformed($"transport: timeout unit is not recognized: \"{timeout}\"");
        }

        if (!uint.TryParse(timeout.AsSpan(0, timeout.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            return Malformed($"strconv.ParseUint: parsing \"{timeout[..^1]}\": invalid syntax");
        }

        // Under a tick of .NET's, which would count as none at all.
        return number == 0 || (timeout[^1] == 'n' && number < TimeSpan.NanosecondsPerTick)
            ? (StatusCodes.Status200OK, new Status(StatusCode.DeadlineExceeded, "context deadline exceeded"))
            : null;
    }

    private static (int HttpStatus, Status Status) Malformed(string problem) =>
        (StatusCodes.Status400BadRequest, new Status(StatusCode.Internal, $"malformed grpc-timeout: {problem}"));
}
