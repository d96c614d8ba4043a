using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sidecar.Conformance.Recorded;

/// <summary>What the recording script sent where the files hold only a hint of it.</summary>
internal static class Script
{
    private const int BulkEvents = 25;
    private const int OrderedEvents = 50;

    /// <summary>The bodies of an exchange, in order: recorded is the first answer, sent are all.</summary>
    public static IEnumerable<byte[]?> Bodies(Exchange exchange) => exchange.Name switch
    {
        "to bulk subscriber" => Numbered("i", BulkEvents),
        "ordered" => Numbered("seq", OrderedEvents),
        // Recorded as text, which these bytes are not.
        "publish bytes" => [[0x00, 0xFF, 0x01]],
        "txn 300 ops" => [ManyOperations(300)],
        "body over 4 MiB" => [LargeSave(5 * 1024 * 1024)],
        _ => [exchange.Request.Body is { } body ? Encoding.UTF8.GetBytes(body) : null],
    };

    private static IEnumerable<byte[]?> Numbered(string member, int count) =>
        Enumerable.Range(0, count).Select(number =>
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"{{member}}":{{number}}}""")));

    private static byte[] ManyOperations(int count) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        operations = Enumerable.Range(0, count).Select(number => new
        {
            operation = "upsert",
            request = new { key = $"many-{number}-RUN", value = new { text = new string('x', 500) } },
        }),
    });

    private static byte[] LargeSave(int bytes) =>
        JsonSerializer.SerializeToUtf8Bytes(new[] { new { key = "large-RUN", value = new string('x', bytes) } });
}
