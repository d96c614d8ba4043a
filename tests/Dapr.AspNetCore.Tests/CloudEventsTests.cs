using System.Net;
using System.Text;

namespace Dapr.AspNetCore.Tests;

public sealed class CloudEventsTests
{
    [Fact]
    public async Task CloudEvent_JsonData_BecomesTheBodyAsWritten()
    {
        var seen = await SeenAsync("""{"data":{ "n" : 12345678901234567890 },"datacontenttype":"application/json","id":"1"}""");

        Assert.Equal(("""{ "n" : 12345678901234567890 }""", "application/json"), (seen.Body, seen.ContentType));
        Assert.Equal(seen.Body.Length, seen.ContentLength);
    }

    [Theory]
    [InlineData("""{"data":"hello \"x\"","datacontenttype":"text/plain"}""", "hello \"x\"", "text/plain")]
    [InlineData("""{"data":"hello"}""", "\"hello\"", "application/json")]
    [InlineData("""{"data":"hello","datacontenttype":"application/vnd.x+json"}""", "\"hello\"", "application/vnd.x+json")]
    [InlineData("""{"data":{"a":1},"datacontenttype":"text/plain"}""", "{\"a\":1}", "text/plain")]
    [InlineData("""{"data":null}""", "null", "application/json")]
    [InlineData("""{"DATA":1,"DataContentType":"application/json; charset=utf-16"}""", "1", "application/json")]
    [InlineData("""{"data_base64":"AAEC/w==","datacontenttype":"application/octet-stream"}""", "\0\u0001\u0002\ufffd", "application/octet-stream")]
    [InlineData("""{"id":"1"}""", "", null)]
    public async Task CloudEvent_AnyData_BecomesTheBodyWithItsType(string cloudEvent, string body, string? contentType)
    {
        var seen = await SeenAsync(cloudEvent);

        Assert.Equal((body, contentType), (seen.Body, seen.ContentType));
    }

    [Theory]
    [InlineData("""{"data":1,"data_base64":"AA=="}""")]
    [InlineData("""{"data_base64":"not base64"}""")]
    [InlineData("""{"data_base64":7}""")]
    [InlineData("[1]")]
    [InlineData("{nope")]
    [InlineData("")]
    public async Task CloudEvent_ThatIsNone_Is400(string body)
    {
        var (host, client) = await App.StartAsync(app =>
        {
            app.UseCloudEvents();
            app.Run(_ => throw new InvalidOperationException("Must not be reached."));
        });
        using var _ = host;

        using var answer = await client.PostAsync(new Uri("/", UriKind.Relative), App.Body(body, "application/cloudevents+json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task OtherContentType_PassesUntouched()
    {
        var seen = await SeenAsync("""{"data":1}""", "application/json");

        Assert.Equal(("""{"data":1}""", "application/json"), (seen.Body, seen.ContentType));
    }

    [Fact]
    public async Task CloudEvent_OtherCharset_IsRead()
    {
        var (host, client) = await SeeingAsync(new CloudEventsMiddlewareOptions());
        using var _ = host;

        using var answer = await client.PostAsync(
            new Uri("/", UriKind.Relative), App.Body("""{"data":"é"}""", "application/cloudevents+json; charset=utf-16", Encoding.Unicode));

        Assert.Equal("\"é\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task TextData_NotToBeDecoded_StaysAJsonString()
    {
        var seen = await SeenAsync(
            """{"data":"hello \"x\"","datacontenttype":"text/plain"}""",
            options: new CloudEventsMiddlewareOptions { SuppressJsonDecodingOfTextPayloads = true });

        Assert.Equal("\"hello \\\"x\\\"\"", seen.Body);
    }

    [Theory]
    [InlineData(null, null, "id,n,type")]
    [InlineData("type", null, "type")]
    [InlineData(null, "TYPE", "id,n")]
    public async Task Headers_Wanted_CarryTheEnvelopeWithoutData(string? included, string? excluded, string names)
    {
        var seen = await SeenAsync(
            """{"id":"1","type":"job.done","n":5,"bad":"a\nb","data":1,"datacontenttype":"application/json","pubsubname":"bus","traceparent":"00"}""",
            options: new CloudEventsMiddlewareOptions
            {
                ForwardCloudEventPropertiesAsHeaders = true,
                IncludedCloudEventPropertiesAsHeaders = included?.Split(','),
                ExcludedCloudEventPropertiesFromHeaders = excluded?.Split(','),
            });

        Assert.Equal(names.Split(',').Select(name => $"cloudevent.{name}"), seen.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("job.done", seen.Headers.GetValueOrDefault("cloudevent.type", "job.done"));
    }

    private static async Task<Seen> SeenAsync(
        string body, string contentType = "application/cloudevents+json", CloudEventsMiddlewareOptions? options = null)
    {
        Seen? seen = null;
        var (host, client) = await SeeingAsync(options, result => seen = result);
        using var _ = host;
        using var answer = await client.PostAsync(new Uri("/", UriKind.Relative), App.Body(body, contentType));
        return seen!;
    }

    private static Task<(IHost Host, HttpClient Client)> SeeingAsync(CloudEventsMiddlewareOptions? options, Action<Seen>? seen = null) =>
        App.StartAsync(app =>
        {
            if (options is null)
                app.UseCloudEvents();
            else
                app.UseCloudEvents(options);
            app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var body = await reader.ReadToEndAsync();
                var headers = context.Request.Headers
                    .Where(header => header.Key.StartsWith("cloudevent.", StringComparison.OrdinalIgnoreCase))
                    .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
                seen?.Invoke(new Seen(body, context.Request.ContentType, context.Request.ContentLength, headers));
                await context.Response.WriteAsync(body);
            });
        });

    private sealed record Seen(string Body, string? ContentType, long? ContentLength, IReadOnlyDictionary<string, string> Headers);
}
