Console.Error.WriteLine("usage: --seed N | --minutes M");
return 2;
