import DefaultTheme from 'vitepress/theme';
import { defineAsyncComponent } from 'vue';
import Mermaid from './Mermaid.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) =>
    app.component('Mermaid', Mermaid).component(
      'Playground',
      defineAsyncComponent(() => import('./Playground.vue')),
    ),
};
