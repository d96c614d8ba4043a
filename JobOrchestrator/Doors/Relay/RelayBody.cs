using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay;

/// <summary>Bodies of relay's requests. What is no JSON is told from JSON that is not as wanted: 400 and 422.</summary>
internal static class RelayBody
{
    /// <summary>What a worker that saves nothing leaves.</summary>
    public static readonly JsonText Null = JsonText.Of("null");

    /// <summary>Reads one object.</summary>
    public static async Task<T> ReadOneAsync<T>(HttpContext http, Api api, Func<RelayMembers, T> read)
    {
        using RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax);
        return Read(body.Utf8, BodyReader.DepthMax, json => read(RelayMembers.Of(json, "", api.Options.ValueBytesMax)));
    }

    /// <summary>Reads an array of objects.</summary>
    public static async Task<List<T>> ReadManyAsync<T>(HttpContext http, Api api, Func<RelayMembers, T> read)
    {
        using RequestBody body = await RequestBody.ReadAsync(http, api.Options.BatchBytesMax);
        return Read(body.Utf8, BodyReader.DepthMax + 1, json =>
        {
            if (json.ValueKind != JsonValueKind.Array)
            {
                throw RelayMembers.Refused("", "expected a sequence");
            }

            if (json.GetArrayLength() > api.Options.BatchItemsMax)
            {
                throw new ProblemException(new Problem(ProblemType.TooLarge, $"A batch may have {api.Options.BatchItemsMax} jobs."));
            }

            var items = new List<T>(json.GetArrayLength());
            foreach (JsonElement item in json.EnumerateArray())
            {
                items.Add(read(RelayMembers.Of(item, $"[{items.Count}]", api.Options.ValueBytesMax)));
            }

            return items;
        });
    }

    /// <summary>Reads the state that comes with a heartbeat; no body is no state.</summary>
    public static async Task<JsonText> ReadStateAsync(HttpContext http, Api api)
    {
        using RequestBody body = await RequestBody.ReadAnyTypeAsync(http, api.Options.BodyBytesMax);
        ReadOnlyMemory<byte> value = body.Utf8.Trim(" \t\r\n"u8);
        if (value.IsEmpty)
        {
            return Null;
        }

        RequestBody.RequireJson(http.Request);
        RequireSize("state", value.Length, api.Options.ValueBytesMax);
        return Read(value, BodyReader.DepthMax - 1, _ => JsonText.Of(value.ToArray()));
    }

    /// <exception cref="ProblemException">413.</exception>
    public static void RequireSize(string what, int bytes, int bytesMax)
    {
        if (bytes > bytesMax)
        {
            throw new ProblemException(new Problem(ProblemType.TooLarge, $"{what}: length limit of {bytesMax} bytes exceeded"));
        }
    }

    private static T Read<T>(ReadOnlyMemory<byte> utf8, int depthMax, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = depthMax });
            return read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new ProblemException(Problems.Malformed($"Failed to parse the request body as JSON: {exception.Message}"));
        }
        catch (InvalidOperationException)
        {
            // Escapes that stand for half a character parse, but make no text.
            throw new ProblemException(Problems.Malformed("Failed to parse the request body as JSON: lone surrogate in a string"));
        }
    }
}
