using System.Globalization;
using System.Text;
using LocalSidecar.State;

namespace LocalSidecar.Tests.State;

public sealed class KeyTableTests
{
    private const string Id = "01890a5d-0000-7000-8000-00000000000a";

    // Near each other and not the same.
    private static readonly string[] Near =
    [
        "", "jobs||", Id, $"jobs||{Id}", $"other||{Id}", $"jobs||{Id} ", $"jobs|| {Id}", $"jobs||{Id.ToUpperInvariant()}",
        $"jobs||{Id.Replace("-", "", StringComparison.Ordinal)}", $"jobs||{{{Id}}}", "jobs||00000000-0000-0000-0000-000000000000",
        "jobs||01890a5d-0000-7000-8000-0000000000g0", "jobs||+1890a5d-0000-7000-8000-00000000000a", "jobs||shard-0-page-1-7", "é",
    ];

    public static TheoryData<string> Keys => [.. Near];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Put_AnyKey_IsThatKeyAlone(string text)
    {
        var table = new KeyTable();
        byte[] key = Encoding.UTF8.GetBytes(text);

        bool wasThere = table.Put(key, Entry(1), out _);

        Assert.False(wasThere);
        Assert.All(Near, other =>
            Assert.Equal(other == text, table.TryGet(Encoding.UTF8.GetBytes(other), out StateEntry found) && found == Entry(1)));
        KeyName name = table.NameOf(key);
        Assert.Equal(key, table.KeyOf(name));
        Assert.True(table.TryGet(name, out _));
        Assert.True(table.Remove(key, out StateEntry removed));
        Assert.Equal((Entry(1), 0), (removed, table.Count));
        Assert.False(table.TryGet(key, out _));
    }

    [Fact]
    public void PutAndRemove_ManyKeysInAnyOrder_IsAsADictionaryIs()
    {
        var random = new Random(7);
        var model = new Dictionary<string, StateEntry>();
        var table = new KeyTable();
        for (int i = 1; i <= 60_000; i++)
        {
            // More beginnings than are known, and a few keys that come again and again.
            string key = random.Next(3) == 0
                ? string.Create(CultureInfo.InvariantCulture, $"key-{random.Next(3_000)}")
                : string.Create(CultureInfo.InvariantCulture, $"{random.Next(20)}||{new Guid(random.Next(2_000), 7, 1, new byte[8])}");
            byte[] bytes = Encoding.UTF8.GetBytes(key);
            if (random.Next(3) == 0)
            {
                Assert.Equal(model.Remove(key, out StateEntry gone), table.Remove(bytes, out StateEntry removed));
                Assert.Equal(gone, removed);
            }
            else
            {
                Assert.Equal(model.TryGetValue(key, out StateEntry old), table.Put(bytes, Entry(i), out StateEntry before));
                Assert.Equal(old, before);
                model[key] = Entry(i);
            }
        }

        Assert.Equal(model.Count, table.Count);
        Assert.All(
            model, pair => Assert.True(table.TryGet(Encoding.UTF8.GetBytes(pair.Key), out StateEntry found) && found == pair.Value));
        Assert.Equal(
            model.Where(pair => pair.Value.ExpiresAt != 0).Select(pair => (pair.Key, pair.Value.ExpiresAt)).Order(),
            table.Expiring().Select(found => (Encoding.UTF8.GetString(table.KeyOf(found.Name)), found.ExpiresAt)).Order());
    }

    private static StateEntry Entry(int number) => new(number, number, number, default, number % 5 == 0 ? number : 0, IsRaw: true);
}
