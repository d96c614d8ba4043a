using LocalSidecar.Hosting;
using LocalSidecar.Http;
using LocalSidecar.Json;

namespace LocalSidecar.Secrets;

/// <summary>The secrets API of one sidecar.</summary>
internal sealed class SecretRoutes(Sidecar sidecar)
{
    /// <summary>Answers, or returns null when the path is not of this API.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="rest">What stands in the path behind <c>secrets/</c>.</param>
    public Task? Route(HttpContext context, ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        if (slash <= 0 || rest[(slash + 1)..].Contains('/'))
        {
            return null;
        }

        var store = RequestTarget.Decode(rest[..slash]);
        var name = RequestTarget.Decode(rest[(slash + 1)..]);
        if (!sidecar.Secrets.TryGetValue(store, out var secrets))
        {
            return Answer.Send(context, sidecar.Secrets.Count == 0
                ? ApiError.Plain(500, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured")
                : ApiError.Plain(401, "ERR_SECRET_STORE_NOT_FOUND", $"failed finding secret store with key {store}"));
        }

        var output = new ByteBuffer();
        if (rest[(slash + 1)..] is "bulk")
        {
            output.Write((byte)'{');
            foreach (var (secret, values) in secrets.Secrets)
            {
                if (output.Length > 1)
                {
                    output.Write((byte)',');
                }

                GoString.Write(output, secret);
                output.Write((byte)':');
                GoMap.Write(output, values);
            }

            output.Write((byte)'}');
        }
        else if (secrets.Secrets.TryGetValue(name, out var values))
        {
            GoMap.Write(output, values);
        }
        else
        {
            return Answer.Send(context, ApiError.Plain(
                500, "ERR_SECRET_GET", $"failed getting secret with key {name} from secret store {store}: secret {name} not found"));
        }

        output.Write((byte)'\n');
        return Answer.Send(context, 200, output.WrittenMemory);
    }
}
