using System.Text.Json;

namespace JobOrchestrator.Cli;

/// <summary>A JSON value that was typed, stands in a file (<c>@name</c>) or comes on standard input (<c>-</c>).</summary>
internal static class JsonArgument
{
    // What the orchestrator takes is far less; more than this is a mistake.
    private const int BytesMax = 64 * 1024 * 1024;

    /// <summary>Reads it.</summary>
    /// <param name="text">What was typed; null: none was.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="UsageException">It is no JSON; the message says where.</exception>
    public static async Task<JsonElement?> ReadAsync(string? text, Stream input, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return null;
        }

        ReadOnlyMemory<byte> bytes = text switch
        {
            "-" => await ReadAllAsync(input, cancellationToken),
            ['@', .. var path] => await File.ReadAllBytesAsync(path, cancellationToken),
            _ => System.Text.Encoding.UTF8.GetBytes(text),
        };
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            string hint = text is ['-' or '@', ..] ? "" : " A text is quoted twice: '\"text\"'.";
            throw new UsageException(
                $"The value is no JSON at line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}.{hint}");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream input, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        byte[] part = new byte[64 * 1024];
        for (int read; (read = await input.ReadAsync(part, cancellationToken)) > 0;)
        {
            all.Write(part, 0, read);
            if (all.Length > BytesMax)
            {
                throw new UsageException("Standard input is over 64 MiB.");
            }
        }

        return all.ToArray();
    }
}
