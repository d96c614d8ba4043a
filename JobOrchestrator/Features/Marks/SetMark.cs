using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Marks;

/// <summary><c>POST /marks</c>: somebody says what happens now.</summary>
internal static class SetMark
{
    public static async Task HandleAsync(HttpContext http, Api api, MarkBook marks)
    {
        string text;
        string? queue;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax))
        {
            (text, queue) = Read(body.Utf8.Span, api);
        }

        Caller caller = ApiKeys.CallerOf(http);
        if (queue is null)
        {
            caller.RequireOperateAll();
        }
        else
        {
            caller.RequireOperate(queue);
        }

        var mark = new Mark(api.Now, MarkKind.Mark, text, caller.Name, queue);
        marks.Add(mark);
        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, mark, MarkJson.Write);
    }

    private static (string Text, string? Queue) Read(ReadOnlySpan<byte> utf8, Api api)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown) { MendsText = true };
        string? text = null, queue = null;
        body.Object();
        while (body.NextMember())
        {
            if (body.Is("text"u8))
            {
                text = body.Text(Bounds.MarkMax);
            }
            else if (body.Is("queue"u8))
            {
                queue = body.QueueName();
            }
            else
            {
                body.Unknown();
            }
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            body.Refuse("text", $"What happens now, in at most {Bounds.MarkMax} characters.");
        }

        body.End();
        return (text!, queue);
    }
}
