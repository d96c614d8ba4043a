using System.Text.Json;
using LocalSidecar.Json;
using LocalSidecar.State;

namespace LocalSidecar.Api.Http;

/// <summary>The state API of one sidecar over HTTP.</summary>
internal sealed class StateRoutes(Sidecar sidecar)
{
    /// <summary>Answers, or returns null when the path or verb is not of this API.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="method">Its verb.</param>
    /// <param name="rest">What stands in the path behind <c>state/</c>.</param>
    public Task? Route(HttpContext context, in RequestTarget target, string method, ReadOnlySpan<char> rest)
    {
        bool isWrite = HttpMethods.IsPost(method) || HttpMethods.IsPut(method);
        int slash = rest.IndexOf('/');
        if (rest.IsEmpty || slash == 0)
        {
            return null;
        }

        if (slash < 0)
        {
            return isWrite ? SaveAsync(context, target, RequestTarget.Decode(rest)) : null;
        }

        string store = RequestTarget.Decode(rest[..slash]);
        ReadOnlySpan<char> key = rest[(slash + 1)..];
        if (key.Contains('/'))
        {
            return null;
        }

        if (isWrite)
        {
            return key switch
            {
                "transaction" => TransactionAsync(context, target, store),
                "bulk" => BulkGetAsync(context, store),
                _ => null,
            };
        }

        return HttpMethods.IsGet(method) ? Get(context, store, RequestTarget.Decode(key))
            : HttpMethods.IsDelete(method) ? DeleteAsync(context, target, store, RequestTarget.Decode(key))
            : null;
    }

    /// <summary>The query API, which an in-memory store refuses.</summary>
    public Task? RouteQuery(HttpContext context, string method, ReadOnlySpan<char> store)
    {
        if (store.IsEmpty || store.Contains('/') || !(HttpMethods.IsPost(method) || HttpMethods.IsPut(method)))
        {
            return null;
        }

        StateScope scope = sidecar.States.Find(RequestTarget.Decode(store));
        return Answer.SendAsync(context, ApiError.Of(StateFailures.QueryNotSupported(scope.Name)));
    }

    private async Task SaveAsync(HttpContext context, RequestTarget target, string store)
    {
        StateScope scope = sidecar.States.Find(store);
        using RequestBody body = await BodyAsync(context);
        var request = StateRequest.Rent();
        try
        {
            StateRequestReader.ReadSave(body.Span, request, scope, TimeToLiveOf(target));
            await scope.SaveAsync(request, body.Memory);
            Answer.Empty(context);
        }
        finally
        {
            request.Return();
        }
    }

    private async Task TransactionAsync(HttpContext context, RequestTarget target, string store)
    {
        StateScope scope = sidecar.States.Find(store);
        using RequestBody body = await BodyAsync(context);
        var request = StateRequest.Rent();
        try
        {
            StateRequestReader.ReadTransaction(body.Span, request, scope, TimeToLiveOf(target));
            await scope.TransactAsync(request, body.Memory);
            Answer.Empty(context);
        }
        finally
        {
            request.Return();
        }
    }

    private Task Get(HttpContext context, string store, string key)
    {
        // A raw value without bytes shows no more than an absent one.
        if (sidecar.States.Find(store).Get(key) is not { } found || found is { IsRaw: true, Stored.Length: 0 })
        {
            Answer.Empty(context);
            return Task.CompletedTask;
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers["Etag"] = found.Etag.ToString();
        if (found.ExpiryText is { } expiry)
        {
            headers["Metadata.ttlexpiretime"] = expiry;
        }

        return Answer.SendAsync(context, 200, found.Read());
    }

    private async Task DeleteAsync(HttpContext context, RequestTarget target, string store, string key)
    {
        var condition = new StateCondition(context.Request.Headers.IfMatch.ToString(), target.Value("concurrency") == "first-write");
        await sidecar.States.Find(store).DeleteAsync(key, condition, WordProblem(target));
        Answer.Empty(context);
    }

    private async Task BulkGetAsync(HttpContext context, string store)
    {
        StateScope scope = sidecar.States.Find(store);
        using RequestBody body = await BodyAsync(context, "failed deserializing HTTP body: ");
        var output = new ByteBuffer(4096);
        output.Write((byte)'[');
        foreach (StateItem item in scope.GetMany(Keys(body.Memory)))
        {
            output.Write(output.Length == 1 ? "{\"key\":"u8 : ",{\"key\":"u8);
            GoString.Write(output, item.Key);
            if (item.Value is { } value && !TryWriteValue(output, value))
            {
                // As daprd: its encoder fails on a value that is no JSON, and it has nothing left to say.
                context.Response.Headers.Remove("Traceparent");
                await Answer.SendAsync(context, 200, default);
                return;
            }

            if (item.Problem is not null)
            {
                output.Write(",\"error\":"u8);
                GoString.Write(output, item.Problem);
            }

            output.Write((byte)'}');
        }

        output.Write("]\n"u8);
        await Answer.SendAsync(context, 200, output.WrittenMemory);
    }

    /// <returns>False: the value is no JSON.</returns>
    private static bool TryWriteValue(ByteBuffer output, in StateValue value)
    {
        if (value is not { IsRaw: true, Stored.Length: 0 })
        {
            output.Write(",\"data\":"u8);
            if (!value.TryWriteJson(output))
            {
                return false;
            }
        }

        output.Write(",\"etag\":\""u8);
        output.WriteText(value.Etag.ToString());
        output.Write((byte)'"');
        if (value.ExpiryText is { } expiry)
        {
            output.Write(",\"metadata\":{\"ttlExpireTime\":\""u8);
            output.WriteText(expiry);
            output.Write("\"}"u8);
        }

        return true;
    }

    private static List<string> Keys(ReadOnlyMemory<byte> body)
    {
        var keys = new List<string>();
        try
        {
            using var json = JsonDocument.Parse(body);
            foreach (JsonProperty member in json.RootElement.EnumerateObject().Where(static member =>
                member.Name.Equals("keys", StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind != JsonValueKind.Null))
            {
                keys.AddRange(member.Value.EnumerateArray().Select(static key => key.GetString() ?? ""));
            }

            return keys;
        }
        catch (JsonException)
        {
            throw new ApiException(ApiError.Malformed($"failed deserializing HTTP body: {GoSyntax.Describe(body.Span)}"));
        }
        catch (InvalidOperationException)
        {
            throw new ApiException(
                ApiError.Malformed("failed deserializing HTTP body: json: cannot unmarshal into Go value of type http.BulkGetRequest"));
        }
    }

    private async ValueTask<RequestBody> BodyAsync(HttpContext context, string before = "") =>
        await RequestBody.ReadAsync(context, sidecar.Settings.MaxBodySize)
            ?? throw new ApiException(ApiError.Malformed(before + "stream too large"));

    private static string? TimeToLiveOf(in RequestTarget target) =>
        target.Query.Length == 0 ? null : target.Metadata().GetValueOrDefault("ttlInSeconds");

    private static string? WordProblem(in RequestTarget target)
    {
        if (target.Value("concurrency") is { } concurrency && concurrency is not ("" or "first-write" or "last-write"))
        {
            return $"unrecognized concurrency model '{concurrency}'";
        }

        return target.Value("consistency") is { } consistency && consistency is not ("" or "strong" or "eventual")
            ? $"unrecognized consistency model '{consistency}'"
            : null;
    }
}
