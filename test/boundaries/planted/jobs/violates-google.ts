import 'google-gax';
