using System.Globalization;
using System.Text;
using System.Text.Json;
using LocalSidecar.Hosting;
using LocalSidecar.Http;
using LocalSidecar.Json;
using Microsoft.Extensions.ObjectPool;

namespace LocalSidecar.State;

/// <summary>The state API of one sidecar.</summary>
internal sealed class StateRoutes(Sidecar sidecar)
{
    private static readonly ObjectPool<StateRequest> Requests = new DefaultObjectPool<StateRequest>(new RequestPolicy());

    /// <summary>Answers, or returns null when the path or verb is not of this API.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="method">Its verb.</param>
    /// <param name="rest">What stands in the path behind <c>state/</c>.</param>
    public Task? Route(HttpContext context, in RequestTarget target, string method, ReadOnlySpan<char> rest)
    {
        var isWrite = HttpMethods.IsPost(method) || HttpMethods.IsPut(method);
        var slash = rest.IndexOf('/');
        if (rest.IsEmpty || slash == 0)
        {
            return null;
        }

        if (slash < 0)
        {
            return isWrite ? Save(context, target, RequestTarget.Decode(rest)) : null;
        }

        var store = RequestTarget.Decode(rest[..slash]);
        var key = rest[(slash + 1)..];
        if (key.Contains('/'))
        {
            return null;
        }

        if (isWrite)
        {
            return key switch
            {
                "transaction" => Transaction(context, target, store),
                "bulk" => BulkGet(context, store),
                _ => null,
            };
        }

        return HttpMethods.IsGet(method) ? Get(context, store, RequestTarget.Decode(key))
            : HttpMethods.IsDelete(method) ? Delete(context, target, store, RequestTarget.Decode(key))
            : null;
    }

    /// <summary>The query API, which an in-memory store refuses.</summary>
    public Task? RouteQuery(HttpContext context, string method, ReadOnlySpan<char> store)
    {
        if (store.IsEmpty || store.Contains('/') || !(HttpMethods.IsPost(method) || HttpMethods.IsPut(method)))
        {
            return null;
        }

        var name = RequestTarget.Decode(store);
        Scope(name);
        return Answer.Send(context, StateErrors.QueryNotSupported(name));
    }

    private async Task Save(HttpContext context, RequestTarget target, string store)
    {
        var scope = Scope(store);
        using var body = await Body(context);
        var request = Requests.Get();
        try
        {
            StateRequestReader.ReadSave(body.Span, request, scope, TimeToLiveOf(target));
            if (request.Operations.Count > 0)
            {
                var outcome = scope.Store.Execute(request, body.Span, atomic: false);
                await outcome.Committed;
                if (outcome.Problem is not null)
                {
                    throw new ApiException(StateErrors.Save(store, outcome.Problem, outcome.IsConflict));
                }
            }

            Answer.Empty(context);
        }
        catch (IOException problem)
        {
            throw new ApiException(StateErrors.Save(store, problem.Message, conflict: false));
        }
        finally
        {
            Requests.Return(request);
        }
    }

    private async Task Transaction(HttpContext context, RequestTarget target, string store)
    {
        var scope = Scope(store);
        using var body = await Body(context);
        var request = Requests.Get();
        try
        {
            StateRequestReader.ReadTransaction(body.Span, request, scope, TimeToLiveOf(target));
            if (request.Operations.Count > 0)
            {
                var outcome = scope.Store.Execute(request, body.Span, atomic: true);
                await outcome.Committed;
                if (outcome.Problem is not null)
                {
                    throw new ApiException(StateErrors.Transaction(outcome.Problem));
                }
            }

            Answer.Empty(context);
        }
        catch (IOException problem)
        {
            throw new ApiException(StateErrors.Transaction(problem.Message));
        }
        finally
        {
            Requests.Return(request);
        }
    }

    private Task Get(HttpContext context, string store, string key)
    {
        var scope = Scope(store);
        StateValue? found;
        try
        {
            found = scope.Store.Get(Key(scope, key));
        }
        catch (IOException problem)
        {
            throw new ApiException(StateErrors.Get(store, key, problem.Message));
        }

        // A raw value without bytes shows no more than an absent one.
        if (found is not { } entry || entry is { IsRaw: true, Stored.Length: 0 })
        {
            Answer.Empty(context);
            return Task.CompletedTask;
        }

        var headers = context.Response.Headers;
        headers["Etag"] = entry.Etag.ToString();
        if (entry.ExpiresAt != 0)
        {
            headers["Metadata.ttlexpiretime"] = Instant(entry.ExpiresAt);
        }

        return Answer.Send(context, 200, entry.Read());
    }

    private async Task Delete(HttpContext context, RequestTarget target, string store, string key)
    {
        var scope = Scope(store);
        var full = Key(scope, key);
        var request = Requests.Get();
        try
        {
            request.Keys.Write(full);
            request.Operations.Add(new StateOperation
            {
                Delete = true,
                KeyLength = full.Length,
                Etag = context.Request.Headers.IfMatch.ToString() is { Length: > 0 } etag ? etag : null,
                FirstWrite = target.Value("concurrency") == "first-write",
                Problem = WordProblem(target),
            });
            var outcome = scope.Store.Execute(request, default, atomic: true);
            await outcome.Committed;
            if (outcome.Problem is not null)
            {
                throw new ApiException(StateErrors.Delete(key, outcome.Problem, outcome.IsConflict));
            }

            Answer.Empty(context);
        }
        catch (IOException problem)
        {
            throw new ApiException(StateErrors.Delete(key, problem.Message, conflict: false));
        }
        finally
        {
            Requests.Return(request);
        }
    }

    private async Task BulkGet(HttpContext context, string store)
    {
        var scope = Scope(store);
        using var body = await Body(context, "failed deserializing HTTP body: ");
        var output = new ByteBuffer(4096);
        output.Write((byte)'[');
        foreach (var key in Keys(body.Memory))
        {
            output.Write(output.Length == 1 ? "{\"key\":"u8 : ",{\"key\":"u8);
            GoString.Write(output, key);
            if (!TryWriteFound(output, scope, Key(scope, key)))
            {
                // As daprd: its encoder fails on a value that is no JSON, and it has nothing left to say.
                context.Response.Headers.Remove("Traceparent");
                await Answer.Send(context, 200, default);
                return;
            }

            output.Write((byte)'}');
        }

        output.Write("]\n"u8);
        await Answer.Send(context, 200, output.WrittenMemory);
    }

    /// <returns>False: the value is no JSON.</returns>
    private static bool TryWriteFound(ByteBuffer output, StateScope scope, byte[] key)
    {
        try
        {
            if (scope.Store.Get(key) is not { } entry)
            {
                return true;
            }

            if (entry is not { IsRaw: true, Stored.Length: 0 })
            {
                output.Write(",\"data\":"u8);
                if (!entry.TryWriteJson(output))
                {
                    return false;
                }
            }

            output.Write(",\"etag\":\""u8);
            output.WriteText(entry.Etag.ToString());
            output.Write((byte)'"');
            if (entry.ExpiresAt != 0)
            {
                output.Write(",\"metadata\":{\"ttlExpireTime\":\""u8);
                output.WriteText(Instant(entry.ExpiresAt));
                output.Write("\"}"u8);
            }
        }
        catch (IOException problem)
        {
            output.Write(",\"error\":"u8);
            GoString.Write(output, problem.Message);
        }

        return true;
    }

    private static List<string> Keys(ReadOnlyMemory<byte> body)
    {
        var keys = new List<string>();
        try
        {
            using var json = JsonDocument.Parse(body);
            foreach (var member in json.RootElement.EnumerateObject().Where(static member => member.Name.Equals("keys", StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind != JsonValueKind.Null))
            {
                keys.AddRange(member.Value.EnumerateArray().Select(static key => key.GetString() ?? ""));
            }

            return keys;
        }
        catch (JsonException)
        {
            throw new ApiException(StateErrors.MalformedBody(GoSyntax.Describe(body.Span)));
        }
        catch (InvalidOperationException)
        {
            throw new ApiException(StateErrors.MalformedBody("json: cannot unmarshal into Go value of type http.BulkGetRequest"));
        }
    }

    private StateScope Scope(string store)
    {
        if (sidecar.States.TryGetValue(store, out var scope))
        {
            return scope;
        }

        throw new ApiException(sidecar.States.Count == 0 ? StateErrors.NotConfigured(store, sidecar.AppId) : StateErrors.NotFound(store, sidecar.AppId));
    }

    private static byte[] Key(StateScope scope, string key)
    {
        if (key.Contains("||", StringComparison.Ordinal))
        {
            throw new ApiException(StateErrors.IllegalKey(scope.Store.Name, key));
        }

        var full = new byte[scope.Prefix.Length + Encoding.UTF8.GetByteCount(key)];
        scope.Prefix.CopyTo(full, 0);
        Encoding.UTF8.GetBytes(key, full.AsSpan(scope.Prefix.Length));
        return full;
    }

    private async ValueTask<RequestBody> Body(HttpContext context, string before = "") =>
        await RequestBody.ReadAsync(context, sidecar.Settings.MaxBodySize) ?? throw new ApiException(StateErrors.Malformed(before + "stream too large"));

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

    private static string Instant(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private sealed class RequestPolicy : PooledObjectPolicy<StateRequest>
    {
        public override StateRequest Create() => new();

        public override bool Return(StateRequest obj)
        {
            obj.Clear();
            return true;
        }
    }
}
