using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Documents as others may have left them: what can be read is read as before, and what cannot is said to be so.</summary>
public sealed class JobReaderTests
{
    private const string Document =
        """
        {"epoch":3,"commit":14,"id":"01a2b3c4-d5e6-7000-8000-000000000001","order":7,"externalId":"order-1",
        "type":"resize","queue":"pictures","owner":"shop","status":"InProgress","input":"[1.10,\"é\"]","state":"{\"at\": 3}",
        "result":"null",
        "progress":{"percent":12.5,"message":"half"},"error":{"type":"about:blank","title":"Broken.","status":502,"detail":"[7]"},
        "attempt":2,"failures":1,"maxRetries":5,"backoff":{"kind":"linear","seconds":2,"maxSeconds":60,"jitter":0},"leaseSeconds":45,
        "timeLimitSeconds":600,"deadlineAt":"2030-01-01T00:10:00Z","runAt":"2030-01-01T00:00:01.5Z","priority":-4,
        "labels":{"area":"north","tenant":"42"},"uniqueKey":"u",
        "uniqueSeconds":90,"idempotencyKey":"i","fingerprint":"0123456789abcdef0123456789abcdef","idempotencyUntil":"2030-01-01T01:00:00Z",
        "earlierKeys":["AAAAAAAAAAEAAAAAAAAAAgGis8TV5nAAgAAAAAAAAAEI4sTXwnzAAAAAAAAAAAAD"],
        "cancelRequested":true,"lease":{"token":"t2","worker":"w2","expiresAt":"2030-01-01T00:01:00.1234567Z","cancelTold":true,
        "stateNumber":7,"heartbeats":{"count":1,"lastAt":"2030-01-01T00:00:29.5000001Z","gap":20500}},
        "attempts":[{"number":1,"worker":"w1","startedAt":"2030-01-01T00:00:02Z","token":"t1","endedAt":"2030-01-01T00:00:03Z",
        "outcome":"Failed","error":"Broken.","heartbeats":{"count":2,"lastAt":"2030-01-01T00:00:02.75Z","gap":1}},
        {"number":2,"worker":"w2","startedAt":"2030-01-01T00:00:09Z","token":"t2"}],"sequence":4,
        "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"vendor=1",
        "retryOf":"01a2b3c4-d5e6-7000-8000-000000000002",
        "retriedAs":"01a2b3c4-d5e6-7000-8000-000000000003","createdAt":"2030-01-01T00:00:00Z","startedAt":"2030-01-01T00:00:02Z",
        "updatedAt":"2030-01-01T00:00:09Z","finishedAt":"2030-01-01T00:00:10Z","expiresAt":"2030-01-08T00:00:10Z"}
        """;

    private static string Whole => Document.ReplaceLineEndings("");

    public static TheoryData<string> Values =>
    [
        "null", "true", "0", "-1", "7.5", "1e400", "99999999999999999999", "\"\"", "\"x\"", "\"é\"", "\"\\ud800\"", "\"a\\u0062\\/\"",
        "[]", "[null]", "[{}]", "[[]]", "{}", "{\"a\":1}", "\"2030-01-01T00:00:00Z\"", "\"01a2b3c4-d5e6-7000-8000-000000000001\"",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_MembersInAnyOrder_IsTheSameJob(int seed)
    {
        string shuffled = Shuffled(JsonNode.Parse(Whole)!, new Random(seed)).ToJsonString();

        Assert.NotEqual(Whole, shuffled);
        Assert.Equal(Whole, Written(Found(shuffled)));
    }

    [Fact]
    public void Read_MembersThatNobodyKnows_ArePassedOver()
    {
        const string Unknown = "\"more\":{\"id\":1,\"order\":[{\"type\":null}],\"\\ud800\":\"\\ud800\"},\"\\udc00\":[\"\\udc00\"],";
        string more = Whole
            .Replace("\"order\":7,", Unknown + "\"order\":7,", StringComparison.Ordinal)
            .Replace("\"kind\":", "\"more\":[[],{\"kind\":3}],\"kind\":", StringComparison.Ordinal)
            .Replace("\"number\":1,", "\"number\":1,\"id\":null,\"more\":\"\",", StringComparison.Ordinal);

        Assert.Equal(Whole, Written(Found(more)));
    }

    [Fact]
    public void Read_NamesWithEscapesAndSpaces_AreTheSameNames()
    {
        string spaced = Whole
            .Replace("\"id\":", " \"\\u0069d\" : ", StringComparison.Ordinal)
            .Replace("\"jitter\":0", "\"j\\u0069tter\"\r\n:\t0 ", StringComparison.Ordinal);

        Assert.Equal(Whole, Written(Found(spaced)));
    }

    [Fact]
    public void Read_OneNameTwice_TheLastCounts()
    {
        const string Earlier = "{\"order\":\"x\",\"type\":{},\"status\":\"None\",\"input\":1,\"lease\":null,";
        string twice = Whole
            .Replace("{\"epoch\"", Earlier + "\"epoch\"", StringComparison.Ordinal)
            .Replace("\"kind\":", "\"kind\":7,\"kind\":", StringComparison.Ordinal);

        Assert.Equal(Whole, Written(Found(twice)));
    }

    [Theory]
    [InlineData("externalId")]
    [InlineData("owner")]
    [InlineData("uniqueKey")]
    [InlineData("tracestate")]
    public void Read_TextThatNeedNotBeThere_MayBeNull(string member)
    {
        JsonNode json = JsonNode.Parse(Whole)!;
        json[member] = null;

        Assert.DoesNotContain($"\"{member}\":", Written(Found(json.ToJsonString())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "a member is missing.")]
    [InlineData("", "it is not the JSON that it should be, from byte 0 of line 0 on.")]
    [InlineData("[]", "it or a member is JSON of another kind, or a text is no UTF-8.")]
    [InlineData("null", "it or a member is JSON of another kind, or a text is no UTF-8.")]
    [InlineData("{} {}", "it is not the JSON that it should be, from byte 3 of line 0 on.")]
    public void Read_WhatIsNoJob_SaysWhy(string document, string reason) =>
        Assert.Equal(reason, Assert.IsType<JobLookup.Unreadable>(Read(document)).Reason);

    [Theory]
    [InlineData("\"id\":\"01a2b3c4-d5e6-7000-8000-000000000001\"", "\"id\":\"1\"", "a member's value is none that it can have.")]
    [InlineData("\"order\":7", "\"order\":-7", "a member's value is none that it can have.")]
    [InlineData("\"order\":7", "\"order\":7.5", "a member's value is none that it can have.")]
    [InlineData("\"order\":7", "\"order\":\"7\"", "it or a member is JSON of another kind, or a text is no UTF-8.")]
    [InlineData("\"type\":\"resize\"", "\"type\":null", "a member's value is none that it can have.")]
    [InlineData("\"type\":\"resize\"", "\"type\":\"\\ud800\"", "it or a member is JSON of another kind, or a text is no UTF-8.")]
    [InlineData("\"type\":\"resize\",", "", "a member is missing.")]
    [InlineData("\"status\":\"InProgress\"", "\"status\":\"inprogress\"", "a member's value is none that it can have.")]
    [InlineData("\"input\":\"[1.10,", "\"input\":\"\\udc00", "it or a member is JSON of another kind, or a text is no UTF-8.")]
    [InlineData("\"state\":\"{\\\"at\\\": 3}\"", "\"state\":null", "a member's value is none that it can have.")]
    [InlineData("\"result\":\"null\"", "\"result\":{}", "it or a member is JSON of another kind, or a text is no UTF-8.")]
    [InlineData("\"kind\":\"linear\",", "", "a member is missing.")]
    [InlineData("\"runAt\":\"2030-01-01T00:00:01.5Z\"", "\"runAt\":\"soon\"", "a member's value is none that it can have.")]
    [InlineData("\"priority\":-4", "\"priority\":4000000000", "a member's value is none that it can have.")]
    [InlineData("\"tenant\":\"42\"", "\"tenant\":42", "it or a member is JSON of another kind, or a text is no UTF-8.")]
    [InlineData("\"outcome\":\"Failed\"", "\"outcome\":\"Lost\"", "a member's value is none that it can have.")]
    [InlineData("[\"AAAAAAAAAAEAAAAA", "[\"AAAA", "a member's value is none that it can have.")]
    public void Read_OneMemberSpoilt_SaysWhy(string member, string spoilt, string reason)
    {
        Assert.Contains(member, Whole, StringComparison.Ordinal);

        string document = Whole.Replace(member, spoilt, StringComparison.Ordinal);

        Assert.Equal(reason, Assert.IsType<JobLookup.Unreadable>(Read(document)).Reason);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Read_AnyValueInTheOnesPlace_IsReadOrSaidToBeUnreadable(string value)
    {
        foreach (int at in Enumerable.Range(0, CountOf(JsonNode.Parse(Whole)!)))
        {
            string document = With(Whole, at, value);

            JobLookup lookup = Read(document);

            Assert.True(lookup is JobLookup.Found or JobLookup.Unreadable, document);
            if (lookup is JobLookup.Found { Job: var job })
            {
                // What was read is kept.
                Assert.Equal(Written(job), Written(Found(Written(job))));
            }
        }
    }

    [Fact]
    public void Read_CutOffAnywhere_IsUnreadable() => Assert.All(
        Enumerable.Range(0, Encoding.UTF8.GetByteCount(Whole)),
        length => Assert.IsType<JobLookup.Unreadable>(JobDocument.Read(Encoding.UTF8.GetBytes(Whole).AsMemory(0, length))));

    [Fact]
    public void Read_AnyByteBroken_IsReadOrSaidToBeUnreadable()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Whole);
        for (int at = 0; at < bytes.Length; at++)
        {
            byte kept = bytes[at];
            foreach (byte broken in (byte[])[0xff, 0x80, 0xc3, 0, (byte)'"', (byte)'\\', (byte)'{'])
            {
                bytes[at] = broken;
                Assert.True(JobDocument.Read(bytes) is JobLookup.Found or JobLookup.Unreadable);
            }

            bytes[at] = kept;
        }
    }

    [Theory]
    [InlineData("resize")]
    [InlineData("[1.10,")]
    [InlineData("w1")]
    [InlineData("half")]
    public void Read_TextThatIsNoUtf8_IsUnreadable(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Whole);
        bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text))] = 0xff;

        Assert.IsType<JobLookup.Unreadable>(JobDocument.Read(bytes));
        Assert.IsType<JobLookup.Unreadable>(JobDocument.Read(bytes, new SharedParts()));
    }

    [Theory]
    [InlineData("\"a\\u0062\\/\\b\\f\\n\\r\\t\\\"\\\\\\ud83d\\ude00\"", "ab/\b\f\n\r\t\"\\😀")]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"\"", "")]
    [InlineData("\"\\n\"", "\n")]
    public void Read_KeptText_IsExactAndNoLargerThanItIs(string stored, string text)
    {
        JsonText input = Found(Whole.Replace("\"[1.10,\\\"é\\\"]\"", stored, StringComparison.Ordinal)).Input!;

        Assert.Equal(text, input.ToString());
        Assert.True(MemoryMarshal.TryGetArray(input.Memory, out ArraySegment<byte> bytes));
        Assert.Equal(Encoding.UTF8.GetByteCount(text), bytes.Array!.Length);
    }

    [Fact]
    public void Read_TwoJobsThatSayTheSame_ShareIt()
    {
        var shared = new SharedParts();

        Job one = Found(Whole, shared), other = Found(Whole, shared);

        Assert.Same(one.Type, other.Type);
        Assert.Same(one.Queue, other.Queue);
        Assert.Same(one.Owner, other.Owner);
        Assert.Same(one.Backoff, other.Backoff);
    }

    [Fact]
    public void Read_MoreNamesThanAreShared_AreAllRead()
    {
        var shared = new SharedParts();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 5_000; i++)
            {
                string document = Whole
                    .Replace("pictures", $"queue-{i}", StringComparison.Ordinal)
                    .Replace("\"seconds\":2", $"\"seconds\":{i}", StringComparison.Ordinal);

                Job job = Found(document, shared);

                Assert.Equal(($"queue-{i}", i), (job.Queue, job.Backoff.Seconds));
            }
        }
    }

    [Fact]
    public void Read_WhatStaysOfAPurgedJob_IsReadWithItsKeys()
    {
        var id = new JobId(Guid.Parse("01a2b3c4-d5e6-7000-8000-000000000001"));
        var until = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        KeyGuard[] keys = [new(new KeyHash(1, 2), id, until, 3), new(new KeyHash(4, 5), id, until.AddDays(1), 6)];

        JobLookup with = JobDocument.Read(JobDocument.Tombstone(id, until, keys));
        JobLookup without = JobDocument.Read(JobDocument.Tombstone(id, until));

        Assert.Equal(keys, Assert.IsType<JobLookup.Purged>(with).Keys);
        Assert.Empty(Assert.IsType<JobLookup.Purged>(without).Keys);
        Assert.IsType<JobLookup.Unreadable>(Read("""{"purgedAt":"2030-01-01T00:00:00Z","keys":{}}"""));
    }

    private static JobLookup Read(string document, SharedParts? shared = null) =>
        JobDocument.Read(Encoding.UTF8.GetBytes(document), shared);

    private static Job Found(string document, SharedParts? shared = null) =>
        Assert.IsType<JobLookup.Found>(Read(document, shared)).Job;

    private static string Written(Job job) => Encoding.UTF8.GetString(DocumentWriter.Job(job, epoch: 3, commit: 14));

    private static JsonNode Shuffled(JsonNode json, Random random)
    {
        if (json is JsonObject members)
        {
            KeyValuePair<string, JsonNode?>[] order = [.. members];
            random.Shuffle(order);
            members.Clear();
            foreach ((string name, JsonNode? value) in order)
            {
                members.Add(name, value is null ? null : Shuffled(value, random));
            }
        }

        return json;
    }

    /// <summary>A document with another value in the place of one, be it within others.</summary>
    private static string With(string document, int at, string value)
    {
        JsonNode root = JsonNode.Parse(document)!;
        Replace(root, ref at, JsonNode.Parse("\"the other\"")!);
        return root.ToJsonString().Replace("\"the other\"", value, StringComparison.Ordinal);
    }

    private static int CountOf(JsonNode json)
    {
        int left = int.MaxValue;
        Replace(json, ref left, null);
        return int.MaxValue - left;
    }

    private static void Replace(JsonNode json, ref int at, JsonNode? by)
    {
        string[] names = json is JsonObject members ? [.. members.Select(member => member.Key)] : [];
        int count = json is JsonArray list ? list.Count : names.Length;
        for (int i = 0; i < count && at >= 0; i++)
        {
            JsonNode? value = names.Length > 0 ? json[names[i]] : json[i];
            if (at-- == 0)
            {
                if (names.Length > 0)
                {
                    json[names[i]] = by;
                }
                else
                {
                    json[i] = by;
                }
            }
            else if (value is JsonObject or JsonArray)
            {
                Replace(value, ref at, by);
            }
        }
    }
}
