using LocalSidecar.Json;

namespace LocalSidecar.Api.Http;

/// <summary>The secrets API of one sidecar over HTTP.</summary>
internal sealed class SecretRoutes(Sidecar sidecar)
{
    /// <summary>Answers, or returns null when the path is not of this API.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="rest">What stands in the path behind <c>secrets/</c>.</param>
    public Task? Route(HttpContext context, ReadOnlySpan<char> rest)
    {
        int slash = rest.IndexOf('/');
        if (slash <= 0 || rest[(slash + 1)..].Contains('/'))
        {
            return null;
        }

        string store = RequestTarget.Decode(rest[..slash]);
        var output = new ByteBuffer();
        if (rest[(slash + 1)..] is "bulk")
        {
            output.Write((byte)'{');
            foreach ((string secret, IReadOnlyDictionary<string, string> values) in sidecar.Secrets.GetAll(store))
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
        else
        {
            GoMap.Write(output, sidecar.Secrets.Get(store, RequestTarget.Decode(rest[(slash + 1)..])));
        }

        output.Write((byte)'\n');
        return Answer.SendAsync(context, 200, output.WrittenMemory);
    }
}
