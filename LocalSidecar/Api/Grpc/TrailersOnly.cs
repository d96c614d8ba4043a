using System.Globalization;
using System.Text;
using Grpc.Core;

namespace LocalSidecar.Api.Grpc;

/// <summary>Answers that are nothing but a status, written in the place of headers, for calls that were never begun.</summary>
internal static class TrailersOnly
{
    /// <param name="context">The exchange; nothing of its answer has been sent.</param>
    /// <param name="refusal">What is answered.</param>
    /// <param name="httpStatus">Another one for what is no call at all.</param>
    public static Task AnswerAsync(HttpContext context, RpcException refusal, int httpStatus = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = httpStatus;
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentType = "application/grpc";
        headers["grpc-status"] = ((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Encode(refusal.Status.Detail);
        if (refusal.Trailers.GetValueBytes(RpcFailure.DetailsKey) is { } details)
        {
            headers[RpcFailure.DetailsKey] = Convert.ToBase64String(details).TrimEnd('=');
        }

        return context.Response.CompleteAsync();
    }

    /// <summary>Percent-encoded UTF-8: visible ASCII and spaces stay, but for the percent sign.</summary>
    private static string Encode(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and <= 0x7e and not (byte)'%')
            {
                output.Append((char)value);
            }
            else
            {
                output.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return output.ToString();
    }
}
