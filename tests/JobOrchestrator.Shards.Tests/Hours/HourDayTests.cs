using System.Text;
using System.Text.Json.Nodes;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A day's hours: what is written is read again, in bounded size, and what is no such document is none.</summary>
public sealed class HourDayTests
{
    private static readonly DateOnly Date = new(2030, 1, 31);
    private readonly HourDay _day = new(Date);

    [Fact]
    public void WhatIsWritten_IsReadAgain()
    {
        Count(HistoryBy.All, "", 0, 3);
        Count(HistoryBy.Queue, "mail \"x\" ü", 5, 2);
        Count(HistoryBy.Queue, "mail \"x\" ü", 23, 1);
        Count(HistoryBy.Owner, "shop", 23, 1);
        _day.Know(_day.Begin.AddHours(-5), _day.Begin.AddHours(1));
        _day.Know(_day.Begin.AddHours(5), _day.Begin.AddHours(30));

        HourDay read = HourDayJson.Parse(HourDayJson.ToUtf8(_day));

        Assert.Equal(Date, read.Date);
        Assert.Equal(
            [(_day.Begin, _day.Begin.AddHours(1)), (_day.Begin.AddHours(5), _day.Begin.AddDays(1))],
            read.Known);
        Assert.Equal([(0, 3)], Submitted(read, HistoryBy.All, ""));
        Assert.Equal([(5, 2), (23, 1)], Submitted(read, HistoryBy.Queue, "mail \"x\" ü"));
        Assert.Equal([(23, 1)], Submitted(read, HistoryBy.Owner, "shop"));
        Assert.Empty(read.NamesOf(HistoryBy.Type));
    }

    [Fact]
    public void Shrink_KeepsTheBusiestByName_AndLosesNoJob()
    {
        for (int queue = 0; queue < 40; queue++)
        {
            for (int hour = 0; hour < 24; hour++)
            {
                Count(HistoryBy.Queue, $"queue-{queue}", hour, queue + 1);
                Count(HistoryBy.Queue, $"queue-{queue}", hour, 1);
            }
        }

        int[] before = PerHour();
        _day.Shrink(bytesMax: 4_000);

        Assert.InRange(_day.Bytes, 1_000, 4_000);
        Assert.Equal(before, PerHour());
        Assert.True(_day.Has(HistoryBy.Queue, "queue-39"));
        Assert.False(_day.Has(HistoryBy.Queue, "queue-0"));
        Assert.True(_day.Has(HistoryBy.Queue, ""));

        int[] PerHour()
        {
            int[] hours = new int[24];
            foreach (string name in _day.NamesOf(HistoryBy.Queue))
            {
                foreach ((int hour, int count) in Submitted(_day, HistoryBy.Queue, name))
                {
                    hours[hour] += count;
                }
            }

            return hours;
        }
    }

    [Fact]
    public void Know_ManyWhiles_StayBounded()
    {
        for (int second = 0; second < 10_000; second++)
        {
            _day.Know(_day.Begin.AddSeconds(8 * second), _day.Begin.AddSeconds((8 * second) + 1 + (second % 7)));
        }

        Assert.InRange(_day.Known.Count, 2, 64);
        Assert.Equal(_day.Begin, _day.Known[0].From);
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("version", "2")]
    [InlineData("day", "\"31.1.2030\"")]
    [InlineData("day", "7")]
    [InlineData("known", "[9223372036854775807,1]")]
    [InlineData("known", "{}")]
    [InlineData("all", "\"%%%\"")]
    [InlineData("all", "\"/////w==\"")]
    [InlineData("all", "\"GAEBAAA=\"")]
    [InlineData("queues", "{\"mail\":\"AQ==\"}")]
    [InlineData("queues", "[]")]
    public void Parse_AnotherDocument_IsUnreadable(string member, string value)
    {
        Count(HistoryBy.All, "", 3, 1);
        JsonObject json = JsonNode.Parse(HourDayJson.ToUtf8(_day))!.AsObject();
        if (member.Length > 0)
        {
            json[member] = JsonNode.Parse(value);
        }

        string document = member.Length > 0 ? json.ToJsonString() : value;

        UnreadableException exception = Assert.Throws<UnreadableException>(
            () => UnreadableException.Read("x", Encoding.UTF8.GetBytes(document), HourDayJson.Parse));
        Assert.DoesNotContain(value, exception.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(int Hour, int Submitted)> Submitted(HourDay day, HistoryBy by, string name)
    {
        var told = new List<(int, int)>();
        day.Read(by, name, (hour, cell) => told.Add((hour.Hour, cell.Counts[Columns.Submitted])));
        return told;
    }

    private void Count(HistoryBy by, string name, int hour, int count)
    {
        var cell = new Cell();
        for (int i = 0; i < count; i++)
        {
            cell.Count(Columns.Submitted);
        }

        _day.Add(by, name, _day.Begin.AddHours(hour), cell);
    }
}
