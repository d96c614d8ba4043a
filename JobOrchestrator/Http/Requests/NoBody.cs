using JobOrchestrator.Http.OpenApi;
using Microsoft.AspNetCore.Http.Features;

namespace JobOrchestrator.Http;

/// <summary>
/// Requests that change something and take no body. What a caller says in one all the same would be lost, and a choice that is lost is the
/// widest there is: <c>{"type":"thumbnail"}</c> sent to a purge would forget every dead letter.
/// </summary>
internal static class NoBody
{
    /// <summary>Most bytes that are looked at; nothing but a little white space is allowed around what means nothing.</summary>
    private const int BytesMax = 1_024;

    /// <summary>
    /// Whether the operation takes no body, by its document, and the request may have one. Operations without a document, as those of
    /// other systems, take any.
    /// </summary>
    public static bool IsToBeChecked(HttpContext http, out OperationDoc? doc)
    {
        doc = null;
        HttpRequest request = http.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || request.ContentLength == 0
            || http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return false;
        }

        doc = http.GetEndpoint()?.Metadata.GetMetadata<OperationDoc>();
        return doc is { Body: null };
    }

    /// <summary>Takes a body that says nothing: an empty one, <c>{}</c> or <c>null</c>, whatever it is declared as.</summary>
    /// <exception cref="ProblemException">422: it says something.</exception>
    public static async ValueTask RequireAsync(HttpContext http, OperationDoc doc)
    {
        if (http.Request.ContentLength > BytesMax)
        {
            throw Refused(doc);
        }

        try
        {
            using RequestBody body = await RequestBody.ReadAnyTypeAsync(http, BytesMax);
            if (SaysNothing(body.Utf8.Span))
            {
                return;
            }
        }
        catch (ProblemException exception) when (exception.Problem.Type == ProblemType.TooLarge)
        {
            // Refused as any other that says something.
        }

        throw Refused(doc);
    }

    private static bool SaysNothing(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<byte> white = " \t\r\n"u8;
        utf8 = utf8.Trim(white);
        return utf8.IsEmpty || utf8.SequenceEqual("null"u8)
            || (utf8 is [(byte)'{', .. var within, (byte)'}'] && within.Trim(white).IsEmpty);
    }

    private static ProblemException Refused(OperationDoc doc)
    {
        string[] names = [.. doc.QueryNames.Select(name => $"?{name}=")];
        string instead = names.Length == 0 ? "Send none" : $"What it may say stands in the query: {string.Join(", ", names)}";
        return new ProblemException(Problems.NotAllowed("", $"This request takes no body. {instead}. Nothing was done."));
    }
}
