using System.Text.Json;

namespace Consumer;

/// <summary>What the sidecar knows of this app's subscriptions: an event published before it knows them is not delivered.</summary>
public static class Subscriptions
{
    public static async Task WaitForAsync(int count, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        string address = $"http://127.0.0.1:{Environment.GetEnvironmentVariable("DAPR_HTTP_PORT")}/v1.0/metadata";
        while (true)
        {
            using JsonDocument metadata = JsonDocument.Parse(await client.GetStringAsync(address, cancellationToken));
            if (metadata.RootElement.TryGetProperty("subscriptions", out JsonElement known) && known.GetArrayLength() >= count)
            {
                return;
            }

            await Task.Delay(50, cancellationToken);
        }
    }
}
